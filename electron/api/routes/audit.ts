import { Hono } from 'hono';
import type { AppDeps } from '../deps.ts';
import { visibleTrail } from '../visible-trail.ts';
import { pageQuery, query } from '../valid.ts';

/** The trail as the current reader may see it. */
export function auditRoutes(deps: AppDeps) {
  return new Hono().get('/audit', query(pageQuery), (context) => {
    const { limit, offset } = context.req.valid('query');
    return context.json(visibleTrail(deps, limit, offset));
  });
}
