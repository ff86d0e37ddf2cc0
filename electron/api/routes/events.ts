import { Hono } from 'hono';
import { eventLines } from '../../services/events.ts';
import type { AppDeps } from '../deps.ts';

/** One event stream a window. */
export function eventRoutes({ events, heartbeatMs }: AppDeps) {
  return new Hono().get('/events', (context) => {
    context.header('Content-Type', 'application/x-ndjson');
    return context.body(eventLines(events, heartbeatMs));
  });
}
