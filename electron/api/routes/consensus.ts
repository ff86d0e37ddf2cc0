import { Hono } from 'hono';
import * as z from 'zod';
import { consensusAnswerSchema, consensusRequestSchema } from '../../shared/consensus.ts';
import { requireCommitted } from '../blind-gate.ts';
import type { AppDeps } from '../deps.ts';
import { json, param, studyParam } from '../valid.ts';

const consensusParam = studyParam.extend({ consensus: z.string().max(64) });

/** What two readers hold together. Each signs as who sits at the window: a consensus waits until the other has sat down and signed. */
export function consensusRoutes(deps: AppDeps) {
  const { consensus, events } = deps;
  return new Hono()
    .get('/studies/:study/consensus', param(studyParam), (context) => {
      const { study } = context.req.valid('param');
      const reader = requireCommitted(deps, study);
      return context.json(consensus.view(study, reader.id));
    })
    .post('/studies/:study/consensus', param(studyParam), json(consensusRequestSchema), (context) => {
      const { study } = context.req.valid('param');
      const reader = requireCommitted(deps, study);
      const view = consensus.propose(study, reader.id, context.req.valid('json'));
      events.publish({ type: 'study-changed', studyInstanceUID: study });
      return context.json(view);
    })
    .post(
      '/studies/:study/consensus/:consensus/answer',
      param(consensusParam),
      json(consensusAnswerSchema),
      (context) => {
        const { study, consensus: id } = context.req.valid('param');
        const reader = requireCommitted(deps, study);
        const view = consensus.answer(study, reader.id, id, context.req.valid('json'));
        events.publish({ type: 'study-changed', studyInstanceUID: study });
        return context.json(view);
      },
    );
}
