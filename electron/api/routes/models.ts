import { Hono } from 'hono';
import type { AppDeps } from '../deps.ts';

/** What is installed: the same whatever the models made of any study. */
export function modelRoutes({ models, terminology }: AppDeps) {
  return new Hono()
    .get('/models', (context) => context.json([...models()]))
    .get('/terminology', (context) => context.json(terminology));
}
