import { Hono } from 'hono';
import * as z from 'zod';
import { peerReviewRequestSchema } from '../../shared/peer-review.ts';
import { addendumDraftSchema, addendumRequestSchema, assessmentRequestSchema } from '../../shared/read.ts';
import { uidSchema } from '../../shared/study.ts';
import { requireCommitted, requireShown } from '../blind-gate.ts';
import type { AppDeps } from '../deps.ts';
import { frameIndex, json, param, studyParam } from '../valid.ts';

const mapParam = studyParam.extend({
  record: z.string().max(128),
  output: z.string().max(64),
  sop: uidSchema,
  frame: frameIndex,
});

/** Everything that shows what a model made of a study. Each handler begins with the blind gate, or with the policy. */
export function revealedRoutes(deps: AppDeps) {
  const { revealed, events, session } = deps;
  return new Hono()
    .get('/studies/:study/comparison', param(studyParam), (context) => {
      const { study } = context.req.valid('param');
      const reader = requireCommitted(deps, study);
      return context.json(revealed.comparison(study, reader.id));
    })
    .post('/studies/:study/ai', param(studyParam), (context) => {
      const { study } = context.req.valid('param');
      return context.json(revealed.showAi(study, session.requireReader().id));
    })
    .get('/studies/:study/ai', param(studyParam), (context) => {
      const { study } = context.req.valid('param');
      return context.json(revealed.shownAi(study, session.requireReader().id));
    })
    .put(
      '/studies/:study/assessments/:item',
      param(studyParam.extend({ item: z.string().max(256) })),
      json(assessmentRequestSchema),
      (context) => {
        const { study, item } = context.req.valid('param');
        const reader = requireCommitted(deps, study);
        const comparison = revealed.assess(study, reader.id, item, context.req.valid('json'));
        events.publish({ type: 'study-changed', studyInstanceUID: study });
        return context.json(comparison);
      },
    )
    .get('/studies/:study/other-reads', param(studyParam), (context) => {
      const { study } = context.req.valid('param');
      const reader = requireCommitted(deps, study);
      return context.json(revealed.otherReads(study, reader.id));
    })
    .put(
      '/studies/:study/reviews/:read',
      param(studyParam.extend({ read: z.string().max(64) })),
      json(peerReviewRequestSchema),
      (context) => {
        const { study, read } = context.req.valid('param');
        const reader = requireCommitted(deps, study);
        return context.json(revealed.review(study, reader.id, read, context.req.valid('json')));
      },
    )
    .post('/studies/:study/addenda', param(studyParam), json(addendumRequestSchema), (context) => {
      const { study } = context.req.valid('param');
      const reader = requireCommitted(deps, study);
      const { text, id } = context.req.valid('json');
      return context.json(revealed.addAddendum(study, reader.id, text, id));
    })
    .get('/studies/:study/addendum-draft', param(studyParam), (context) => {
      const { study } = context.req.valid('param');
      const reader = requireCommitted(deps, study);
      return context.json(revealed.addendumDraft(study, reader.id));
    })
    .put('/studies/:study/addendum-draft', param(studyParam), json(addendumDraftSchema), (context) => {
      const { study } = context.req.valid('param');
      const reader = requireCommitted(deps, study);
      return context.json(revealed.saveAddendumDraft(study, reader.id, context.req.valid('json').text));
    })
    .get('/studies/:study/maps/:record/:output/:sop/:frame', param(mapParam), (context) => {
      const { study, record, output, sop, frame } = context.req.valid('param');
      const reader = requireShown(deps, study);
      const address = { recordId: record, outputId: output, sopInstanceUID: sop, frame };
      const png = revealed.map(study, reader.id, address);
      context.header('Content-Type', 'image/png');
      return context.body(new Uint8Array(png));
    })
    .get('/studies/:study/report.pdf', param(studyParam), async (context) => {
      const { study } = context.req.valid('param');
      const reader = requireCommitted(deps, study);
      const pdf = await revealed.report(study, reader.id);
      context.header('Content-Type', 'application/pdf');
      context.header('Content-Disposition', 'inline; filename="report.pdf"');
      return context.body(new Uint8Array(pdf));
    });
}
