import { Hono } from 'hono';
import { addendumRequestSchema } from '../../shared/read.ts';
import { beginReportSchema, saveReportSchema, signReportSchema } from '../../shared/report.ts';
import { requireCommitted } from '../blind-gate.ts';
import type { AppDeps } from '../deps.ts';
import { json, param, studyParam } from '../valid.ts';

/** The report: begun from the read and its reconciliation, so that each handler begins with the blind gate. */
export function reportRoutes(deps: AppDeps) {
  const { reports } = deps;
  return new Hono()
    .get('/studies/:study/report', param(studyParam), (context) => {
      const { study } = context.req.valid('param');
      return context.json(reports.view(study, requireCommitted(deps, study).id));
    })
    .post('/studies/:study/report', param(studyParam), json(beginReportSchema), (context) => {
      const { study } = context.req.valid('param');
      const reader = requireCommitted(deps, study);
      return context.json(reports.begin(study, reader.id, context.req.valid('json').templateId));
    })
    .put('/studies/:study/report', param(studyParam), json(saveReportSchema), (context) => {
      const { study } = context.req.valid('param');
      const reader = requireCommitted(deps, study);
      return context.json(reports.save(study, reader.id, context.req.valid('json')));
    })
    .post('/studies/:study/report/signature', param(studyParam), json(signReportSchema), (context) => {
      const { study } = context.req.valid('param');
      const reader = requireCommitted(deps, study);
      const view = reports.sign(study, reader.id, context.req.valid('json'));
      deps.events.publish({ type: 'study-changed', studyInstanceUID: study });
      return context.json(view);
    })
    .post('/studies/:study/report/addenda', param(studyParam), json(addendumRequestSchema), (context) => {
      const { study } = context.req.valid('param');
      const reader = requireCommitted(deps, study);
      const { text, id } = context.req.valid('json');
      return context.json(reports.addAddendum(study, reader.id, text, id));
    })
    .get('/studies/:study/signed-report.pdf', param(studyParam), async (context) => {
      const { study } = context.req.valid('param');
      const reader = requireCommitted(deps, study);
      const pdf = await reports.pdf(study, reader.id, 'report');
      context.header('Content-Type', 'application/pdf');
      context.header('Content-Disposition', 'inline; filename="signed-report.pdf"');
      return context.body(new Uint8Array(pdf));
    })
    .get('/studies/:study/patient-letter.pdf', param(studyParam), async (context) => {
      const { study } = context.req.valid('param');
      const reader = requireCommitted(deps, study);
      const pdf = await reports.pdf(study, reader.id, 'patient');
      context.header('Content-Type', 'application/pdf');
      context.header('Content-Disposition', 'inline; filename="letter-to-the-patient.pdf"');
      return context.body(new Uint8Array(pdf));
    });
}
