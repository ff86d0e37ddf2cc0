import { Hono } from 'hono';
import * as z from 'zod';
import type { AppDeps } from '../deps.ts';
import { param } from '../valid.ts';

const jobParam = z.object({ id: z.string().max(64) });

/** Long work that a person started. Never the work of a model (shared/job). */
export function jobRoutes({ jobs, session }: AppDeps) {
  return new Hono()
    .get('/jobs', (context) => context.json(jobs.list()))
    .delete('/jobs/:id', param(jobParam), (context) =>
      context.json(jobs.cancel(context.req.valid('param').id)),
    )
    .post('/jobs/:id/again', param(jobParam), (context) =>
      context.json(jobs.again(context.req.valid('param').id, session.requireReader().id)),
    );
}
