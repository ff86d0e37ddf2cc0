import { Hono } from 'hono';
import * as z from 'zod';
import { uidSchema } from '../../shared/study.ts';
import { requireCommitted } from '../blind-gate.ts';
import type { AppDeps } from '../deps.ts';
import { param, query, studyParam } from '../valid.ts';

/**
 * All that runs beside the imports. What models do with a study is in it for the reader who has committed that study, and steered by that
 * reader alone; `?study` names the study on the screen.
 */
export function activityRoutes(deps: AppDeps) {
  const { activity, session } = deps;
  return new Hono()
    .get('/activity', query(z.object({ study: uidSchema.optional() })), (context) =>
      context.json(activity.current(session.readerId(), context.req.valid('query').study ?? null)),
    )
    .post('/self-test', (context) => {
      session.requireReader();
      activity.runSelfTest();
      return context.json({});
    })
    .delete('/self-test', (context) => {
      session.requireReader();
      activity.stopSelfTest();
      return context.json({});
    })
    .post('/watched/again', (context) => {
      session.requireReader();
      activity.watchAgain();
      return context.json({});
    })
    .post('/studies/:study/analysis', param(studyParam), (context) => {
      const { study } = context.req.valid('param');
      activity.steer(study, requireCommitted(deps, study).id, 'again');
      return context.json({});
    })
    .delete('/studies/:study/analysis', param(studyParam), (context) => {
      const { study } = context.req.valid('param');
      activity.steer(study, requireCommitted(deps, study).id, 'stop');
      return context.json({});
    });
}
