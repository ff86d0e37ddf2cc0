import { Hono } from 'hono';
import * as z from 'zod';
import { givenOpinionSchema } from '../../shared/reader-study.ts';
import { uidSchema } from '../../shared/study.ts';
import type { AppDeps } from '../deps.ts';
import { json, param, query } from '../valid.ts';

const trainingParam = z.object({ training: z.string().min(1).max(64) });
const count = z
  .string()
  .regex(/^[1-9][0-9]{0,5}$/)
  .transform(Number);
const runParam = trainingParam.extend({ run: count });
const caseParam = runParam.extend({ position: count });
const studyQuery = z.object({ study: uidSchema });

/** The reader's own trainings. The services show the AI after the blind part of a case is locked, and its truth after the last word. */
export function trainingRoutes({ trainings, session }: AppDeps) {
  const reader = (): string => session.requireReader().id;
  return new Hono()
    .get('/trainings', (context) => context.json(trainings.mine(reader())))
    .post('/trainings/:training/runs', param(trainingParam), (context) =>
      context.json(trainings.start(reader(), context.req.valid('param').training)),
    )
    .post('/trainings/:training/end', param(trainingParam), (context) =>
      context.json(trainings.end(reader(), context.req.valid('param').training)),
    )
    .post('/trainings/:training/opinion', param(trainingParam), json(givenOpinionSchema), (context) =>
      context.json(trainings.give(reader(), context.req.valid('param').training, context.req.valid('json'))),
    )
    .get('/trainings/:training/ai', param(trainingParam), query(studyQuery), (context) =>
      context.json(
        trainings.ai(reader(), context.req.valid('param').training, context.req.valid('query').study),
      ),
    )
    .get('/trainings/:training/runs/:run', param(runParam), (context) => {
      const { training, run } = context.req.valid('param');
      return context.json(trainings.summary(reader(), training, run));
    })
    .get('/trainings/:training/runs/:run/cases/:position', param(caseParam), (context) => {
      const { training, run, position } = context.req.valid('param');
      return context.json(trainings.feedback(reader(), training, run, position));
    });
}
