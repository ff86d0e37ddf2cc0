import { Hono } from 'hono';
import * as z from 'zod';
import { claimHowSchema } from '../../shared/worklist.ts';
import type { AppDeps } from '../deps.ts';
import { json, param, query, studyParam } from '../valid.ts';

const opening = z.object({ claim: z.string().max(64) });

/** Who has a study open. An answer tells of another reader what the worklist tells (`StudySummary.taken`). */
export function claimRoutes({ claims, session, events }: AppDeps) {
  return new Hono()
    .put('/studies/:study/claim', param(studyParam), json(z.object({ how: claimHowSchema })), (context) => {
      const { how } = context.req.valid('json');
      const state = claims.claim(context.req.valid('param').study, session.requireReader().id, how);
      // The same event for whatever is claimed; being still there is none.
      if (how !== 'stay') events.publish({ type: 'studies-changed' });
      return context.json(state);
    })
    .delete('/studies/:study/claim', param(studyParam), query(opening), (context) => {
      const { study } = context.req.valid('param');
      const ended = claims.release(study, context.req.valid('query').claim);
      if (ended) events.publish({ type: 'studies-changed' });
      return context.json({});
    });
}
