import { Hono } from 'hono';
import * as z from 'zod';
import type { AppDeps } from '../deps.ts';
import { param } from '../valid.ts';

/** Long work that a person started. Never the work of a model (shared/job). */
export function jobRoutes({ jobs }: AppDeps) {
  return new Hono()
    .get('/jobs', (context) => context.json(jobs.list()))
    .delete('/jobs/:id', param(z.object({ id: z.string().max(64) })), (context) =>
      context.json(jobs.cancel(context.req.valid('param').id)),
    );
}
