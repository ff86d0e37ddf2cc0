import { Hono } from 'hono';
import * as z from 'zod';
import { newReaderSchema } from '../../shared/session.ts';
import type { AppDeps } from '../deps.ts';
import { json } from '../valid.ts';

/** Who reads, and where. */
export function sessionRoutes({ session, events }: AppDeps) {
  return new Hono()
    .get('/session', (context) => context.json(session.current()))
    .post('/readers', json(newReaderSchema), (context) =>
      context.json(session.create(context.req.valid('json').name)),
    )
    .put('/session/reader', json(z.object({ readerId: z.string().max(64) })), (context) => {
      const changed = session.choose(context.req.valid('json').readerId);
      // Another window of this workstation may still show the reader before.
      events.publish({ type: 'session-changed' });
      return context.json(changed);
    });
}
