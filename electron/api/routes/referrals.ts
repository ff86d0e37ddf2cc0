import { Hono } from 'hono';
import * as z from 'zod';
import { referralRequestSchema, referralStepRequestSchema } from '../../shared/referral.ts';
import { requireCommitted } from '../blind-gate.ts';
import type { AppDeps } from '../deps.ts';
import { json, param, studyParam } from '../valid.ts';

const referralParam = studyParam.extend({ referral: z.string().max(64) });

/**
 * What readers ask each other about a study. The list is asked for before the commit too, by the reader who is asked: it then tells that
 * there is a referral and what is asked for, and no more.
 */
export function referralRoutes(deps: AppDeps) {
  const { referrals, events, session } = deps;
  return new Hono()
    .get('/studies/:study/referrals', param(studyParam), (context) =>
      context.json(referrals.told(context.req.valid('param').study, session.requireReader().id)),
    )
    .post('/studies/:study/referrals', param(studyParam), json(referralRequestSchema), (context) => {
      const { study } = context.req.valid('param');
      const reader = requireCommitted(deps, study);
      const told = referrals.refer(study, reader.id, context.req.valid('json'));
      events.publish({ type: 'study-changed', studyInstanceUID: study });
      return context.json(told);
    })
    .put(
      '/studies/:study/referrals/:referral',
      param(referralParam),
      json(referralStepRequestSchema),
      (context) => {
        const { study, referral } = context.req.valid('param');
        const reader = session.requireReader();
        const told = referrals.step(study, reader.id, referral, context.req.valid('json'));
        events.publish({ type: 'study-changed', studyInstanceUID: study });
        return context.json(told);
      },
    );
}
