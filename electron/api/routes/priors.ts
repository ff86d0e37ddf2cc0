import { Hono } from 'hono';
import { lesionLinkRequestSchema } from '../../shared/priors.ts';
import { responseRequestSchema } from '../../shared/response.ts';
import { uidSchema } from '../../shared/study.ts';
import { requireCommitted } from '../blind-gate.ts';
import type { AppDeps } from '../deps.ts';
import { json, param, studyParam } from '../valid.ts';

/** The patient's other studies and tracked lesions: before the commit too, so that nothing here derives from a model or another reader. */
export function priorRoutes(deps: AppDeps) {
  const { priors, session } = deps;
  return new Hono()
    .get('/studies/:study/priors', param(studyParam), (context) => {
      const { study } = context.req.valid('param');
      return context.json({ priors: priors.list(study, session.requireReader().id) });
    })
    .post('/studies/:study/priors/:prior', param(studyParam.extend({ prior: uidSchema })), (context) => {
      const { study, prior } = context.req.valid('param');
      return context.json(priors.open(study, prior, session.requireReader().id));
    })
    .get('/studies/:study/lesions', param(studyParam), (context) => {
      const { study } = context.req.valid('param');
      return context.json(priors.lesions(study, session.requireReader().id));
    })
    .post('/studies/:study/lesions', param(studyParam), json(lesionLinkRequestSchema), (context) => {
      const { study } = context.req.valid('param');
      return context.json(priors.link(study, session.requireReader().id, context.req.valid('json')));
    })
    .get('/studies/:study/response', param(studyParam), (context) => {
      const { study } = context.req.valid('param');
      return context.json(priors.response(study, session.requireReader().id));
    })
    .post('/studies/:study/response', param(studyParam), json(responseRequestSchema), (context) => {
      const { study } = context.req.valid('param');
      return context.json(priors.state(study, session.requireReader().id, context.req.valid('json')));
    })
    .get('/studies/:study/response.csv', param(studyParam), (context) => {
      const { study } = context.req.valid('param');
      const csv = priors.responseCsv(study, requireCommitted(deps, study).id);
      context.header('Content-Type', 'text/csv; charset=utf-8');
      context.header('Content-Disposition', 'attachment; filename="response-recist-1.1.csv"');
      return context.body(csv);
    });
}
