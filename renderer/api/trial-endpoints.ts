import * as z from 'zod';
import { type Comparison, comparisonSchema } from '../../electron/shared/read.ts';
import { type GivenOpinion, type MyTrial, myTrialSchema } from '../../electron/shared/reader-study.ts';
import {
  type MyTraining,
  myTrainingSchema,
  type TrainingFeedback,
  trainingFeedbackSchema,
  type TrainingSummary,
  trainingSummarySchema,
} from '../../electron/shared/training.ts';
import { json, request } from './request.ts';

const training = (id: string) => `/api/trainings/${encodeURIComponent(id)}`;

/** Reader studies and trainings in which the reader has a part. */
export const trialApi = {
  /** Those in which the reader has a part. */
  readerStudies: (): Promise<MyTrial[]> => request(z.array(myTrialSchema), '/api/reader-studies'),
  giveOpinion: (trialId: string, given: GivenOpinion): Promise<MyTrial> =>
    request(myTrialSchema, `/api/reader-studies/${encodeURIComponent(trialId)}/opinion`, json('POST', given)),
  /** Refused before the blind part is locked, and in the arm without AI. */
  readerStudyAi: (trialId: string, uid: string): Promise<Comparison> =>
    request(
      comparisonSchema,
      `/api/reader-studies/${encodeURIComponent(trialId)}/ai?study=${encodeURIComponent(uid)}`,
    ),
  trainings: (): Promise<MyTraining[]> => request(z.array(myTrainingSchema), '/api/trainings'),
  startTraining: (id: string): Promise<MyTraining> =>
    request(myTrainingSchema, `${training(id)}/runs`, { method: 'POST' }),
  endTraining: (id: string): Promise<MyTraining> =>
    request(myTrainingSchema, `${training(id)}/end`, { method: 'POST' }),
  giveTrainingOpinion: (id: string, given: GivenOpinion): Promise<MyTraining> =>
    request(myTrainingSchema, `${training(id)}/opinion`, json('POST', given)),
  /** Refused before the blind part is locked. */
  trainingAi: (id: string, uid: string): Promise<Comparison> =>
    request(comparisonSchema, `${training(id)}/ai?study=${encodeURIComponent(uid)}`),
  trainingSummary: (id: string, run: number): Promise<TrainingSummary> =>
    request(trainingSummarySchema, `${training(id)}/runs/${run}`),
  /** Refused before the last word on the case is locked. */
  trainingFeedback: (id: string, run: number, position: number): Promise<TrainingFeedback> =>
    request(trainingFeedbackSchema, `${training(id)}/runs/${run}/cases/${position}`),
} as const;
