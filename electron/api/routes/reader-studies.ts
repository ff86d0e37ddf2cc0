import { Hono } from 'hono';
import * as z from 'zod';
import { givenOpinionSchema } from '../../shared/reader-study.ts';
import { uidSchema } from '../../shared/study.ts';
import type { AppDeps } from '../deps.ts';
import { json, param, query } from '../valid.ts';

const trialParam = z.object({ trial: z.string().min(1).max(64) });
const studyQuery = z.object({ study: uidSchema });

/** The reader's own part of reader studies. The service shows the AI by the study's rule, after the blind part is locked. */
export function readerStudyRoutes({ readerStudies, session }: AppDeps) {
  return new Hono()
    .get('/reader-studies', (context) => context.json(readerStudies.mine(session.requireReader().id)))
    .post('/reader-studies/:trial/opinion', param(trialParam), json(givenOpinionSchema), (context) => {
      const { trial } = context.req.valid('param');
      return context.json(readerStudies.give(session.requireReader().id, trial, context.req.valid('json')));
    })
    .get('/reader-studies/:trial/ai', param(trialParam), query(studyQuery), (context) => {
      const { trial } = context.req.valid('param');
      return context.json(
        readerStudies.ai(session.requireReader().id, trial, context.req.valid('query').study),
      );
    });
}
