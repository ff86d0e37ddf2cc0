import { Hono } from 'hono';
import * as z from 'zod';
import type { AppDeps } from '../deps.ts';
import { pageQuery, query } from '../valid.ts';

const triageQuery = pageQuery.pick({ limit: true }).extend({ after: z.string().max(40).optional() });

/** The one list that models' results order. Refused unless the site's policy shows the AI first. */
export function triageRoutes({ triage, session }: AppDeps) {
  return new Hono().get('/triage', query(triageQuery), (context) => {
    const { limit, after } = context.req.valid('query');
    return context.json(triage.list(session.requireReader().id, limit, after ?? null));
  });
}
