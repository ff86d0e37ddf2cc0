import { Hono } from 'hono';
import { commitRequestSchema, saveRequestSchema } from '../../shared/read.ts';
import type { AppDeps } from '../deps.ts';
import { json, param, studyParam } from '../valid.ts';

/** The current reader's own read: begun by opening, saved at every change, locked by the commit. */
export function readRoutes({ reading, claims, session, events }: AppDeps) {
  return new Hono()
    .post('/studies/:study/open', param(studyParam), (context) => {
      const { study } = context.req.valid('param');
      const { id } = session.requireReader();
      claims.requireUntaken(study, id);
      const read = reading.open(study, id);
      events.publish({ type: 'study-changed', studyInstanceUID: study });
      return context.json(read);
    })
    .get('/studies/:study/read', param(studyParam), (context) =>
      context.json(reading.current(context.req.valid('param').study, session.requireReader().id)),
    )
    .put('/studies/:study/read', param(studyParam), json(saveRequestSchema), (context) =>
      context.json(
        reading.save(context.req.valid('param').study, session.requireReader().id, context.req.valid('json')),
      ),
    )
    .post('/studies/:study/commit', param(studyParam), json(commitRequestSchema), async (context) => {
      const { study } = context.req.valid('param');
      const read = await reading.commit(study, session.requireReader().id, context.req.valid('json'));
      events.publish({ type: 'study-changed', studyInstanceUID: study });
      return context.json(read);
    });
}
