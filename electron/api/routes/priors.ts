import { Hono } from 'hono';
import { lesionLinkRequestSchema } from '../../shared/priors.ts';
import { uidSchema } from '../../shared/study.ts';
import type { AppDeps } from '../deps.ts';
import { json, param, studyParam } from '../valid.ts';

/** The patient's other studies and tracked lesions: before the commit too, so that nothing here derives from a model or another reader. */
export function priorRoutes({ priors, session }: AppDeps) {
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
    });
}
