import { Hono } from 'hono';
import { type EventHub, eventLines } from '../../services/events.ts';
import type { AppDeps } from '../deps.ts';
import { windowJob } from './jobs.ts';

/** One event stream a window. */
export function eventRoutes(deps: AppDeps) {
  const { events, heartbeatMs } = deps;
  const forWindow: EventHub = {
    publish: (event) => events.publish(event),
    subscribe: (listener) =>
      events.subscribe((event) =>
        listener(event.type === 'job' ? { ...event, job: windowJob(deps, event.job) } : event),
      ),
  };
  return new Hono().get('/events', (context) => {
    context.header('Content-Type', 'application/x-ndjson');
    return context.body(eventLines(forWindow, heartbeatMs));
  });
}
