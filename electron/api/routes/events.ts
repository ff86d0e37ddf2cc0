import { Hono } from 'hono';
import { type EventHub, eventLines } from '../../services/events.ts';
import type { AppDeps } from '../deps.ts';

/** One event stream a window. What tells of a model's work goes to a reader who has committed that study, and to nobody else. */
export function eventRoutes(deps: AppDeps) {
  const { events, heartbeatMs, activity, session } = deps;
  const forWindow: EventHub = {
    publish: (event) => events.publish(event),
    subscribe: (listener) =>
      events.subscribe((event) => {
        if (event.type === 'analysis-changed') {
          if (!activity.mayHearOf(event.studyInstanceUID, session.readerId())) return;
        }
        listener(event);
      }),
  };
  return new Hono().get('/events', (context) => {
    context.header('Content-Type', 'application/x-ndjson');
    return context.body(eventLines(forWindow, heartbeatMs));
  });
}
