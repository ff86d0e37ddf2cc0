import * as z from 'zod';
import { lesionSchema, opinionSchema } from './reader-study.ts';
import { uidSchema } from './study.ts';

/** A training: cases whose truth is known, read blind, then with the AI, then told. What is kept of it, and what its reader is shown. */

/** Shares are said in percent from this many cases on; fewer are counted and no more. */
export const LEAST_FOR_PERCENT = 10;

/** How what somebody said of a case stands to its truth. `in-part`: a lesion found, and another left out or a place marked that is none. */
export const judgementSchema = z.enum(['right', 'missed', 'false-alarm', 'wrong-place', 'in-part']);
export type Judgement = z.infer<typeof judgementSchema>;

/** Of the AI also: it said nothing of the case. */
export const aiJudgementSchema = z.enum([...judgementSchema.options, 'abstained']);
export type AiJudgement = z.infer<typeof aiJudgementSchema>;

/** In what manner the AI can be of no help. */
export const AI_ERRORS = ['missed', 'false-alarm', 'wrong-place', 'in-part', 'abstained'] as const;
export type AiError = (typeof AI_ERRORS)[number];

/** Which kind a case was for its reader. */
export const outcomeSchema = z.enum([
  /** AI right, reader right before and after. */
  'agreed',
  /** AI right; the reader was not, and is after it. */
  'followed',
  /** AI right; the reader is not: under-reliance. */
  'not-followed',
  /** AI wrong; the reader is right in the end. */
  'resisted',
  /** AI wrong; the reader came to err as it did: over-reliance. */
  'over-relied',
  /** AI wrong; the reader had erred alike before seeing it, and stayed. */
  'erred-alike',
  /** AI wrong; the reader is wrong in another manner. */
  'both-wrong',
  /** The AI abstained; the reader is right, or not. */
  'alone-right',
  'alone-wrong',
]);
export type Outcome = z.infer<typeof outcomeSchema>;

/** What the AI said of a case at the site's operating point, as it was shown. */
export const aiSaidSchema = z.object({
  models: z.array(
    z.object({
      id: z.string(),
      version: z.string(),
      status: z.enum(['completed', 'abstained', 'failed']),
      reason: z.string().nullable(),
      recordId: z.string().nullable(),
      /** It looked for something on these images. */
      looked: z.boolean(),
      words: z.array(z.string()),
    }),
  ),
  findings: z.array(
    z.object({
      modelId: z.string(),
      words: z.string(),
      score: z.number(),
      image: z.string(),
      frame: z.int().nonnegative(),
      box: lesionSchema.shape.box.nullable(),
    }),
  ),
});
export type AiSaid = z.infer<typeof aiSaidSchema>;

export const trainingStartSchema = z.object({
  order: z.array(z.string()),
  /** Known to the reader from ordinary reading, or still to be read in a reader study. */
  leftOut: z.array(z.string()),
});
export const trainingFinalSchema = z.object({ opinion: opinionSchema, ai: aiSaidSchema });
export const trainingEndSchema = z.object({ why: z.enum(['finished', 'stopped']) });

interface StepOf<Kind extends string, Content> {
  readonly kind: Kind;
  readonly content: Content;
}

/** One step of a run. */
export type TrainingStep = {
  readonly reader: string;
  /** From 1 for each reader. */
  readonly run: number;
  /** Empty for `start` and `end`. */
  readonly case: string;
  readonly at: string;
} & (
  | StepOf<'start', z.infer<typeof trainingStartSchema>>
  | StepOf<'blind', z.infer<typeof opinionSchema>>
  | StepOf<'final', z.infer<typeof trainingFinalSchema>>
  | StepOf<'end', z.infer<typeof trainingEndSchema>>
);

const runStateSchema = z.enum(['open', 'finished', 'stopped']);
const runSchema = z.object({
  run: z.int().positive(),
  startedAt: z.string(),
  state: runStateSchema,
  done: z.int(),
  of: z.int(),
  leftOut: z.int(),
});
export type TrainingRun = z.infer<typeof runSchema>;

/** A training as one of its readers is told of it. */
export const myTrainingSchema = z.object({
  id: z.string(),
  name: z.string(),
  scale: z.object({ max: z.int(), positiveFrom: z.int() }),
  cases: z.int(),
  /** Newest first. */
  runs: z.array(runSchema),
  /** Of the run that is open; null where none is, or none of its cases can be read. */
  next: z
    .object({
      run: z.int(),
      position: z.int(),
      study: uidSchema,
      /** The blind part once it is locked. */
      blind: opinionSchema.nullable(),
    })
    .nullable(),
});
export type MyTraining = z.infer<typeof myTrainingSchema>;

/** One case after its final read is locked. */
export const trainingFeedbackSchema = z.object({
  id: z.string(),
  name: z.string(),
  run: z.int(),
  position: z.int(),
  of: z.int(),
  scale: z.object({ max: z.int(), positiveFrom: z.int() }),
  study: uidSchema,
  /** False: the study was removed from this data folder since. */
  present: z.boolean(),
  truth: z.enum(['normal', 'abnormal']),
  /** Null: the truth says nothing of places. */
  lesions: z.array(lesionSchema).nullable(),
  blind: opinionSchema,
  final: opinionSchema,
  ai: aiSaidSchema,
  judged: z.object({ blind: judgementSchema, final: judgementSchema, ai: aiJudgementSchema }),
  outcome: outcomeSchema,
  /** Of the models that looked at the case, from their manifests. */
  limits: z.array(z.object({ modelId: z.string(), words: z.array(z.string()) })),
});
export type TrainingFeedback = z.infer<typeof trainingFeedbackSchema>;

const shareSchema = z.object({ count: z.int(), of: z.int() });

/** A run for its reader alone. */
export const trainingSummarySchema = z.object({
  id: z.string(),
  name: z.string(),
  run: runSchema,
  right: z.object({ before: shareSchema, after: shareSchema }),
  aiRight: z.object({ cases: z.int(), agreed: z.int(), followed: z.int(), notFollowed: z.int() }),
  errors: z.array(
    z.object({
      kind: z.enum(AI_ERRORS),
      cases: z.int(),
      /** The reader was right in the end. */
      caught: z.int(),
      overRelied: z.int(),
      erredAlike: z.int(),
    }),
  ),
  cases: z.array(
    z.object({
      position: z.int(),
      truth: z.enum(['normal', 'abnormal']),
      judged: trainingFeedbackSchema.shape.judged,
      outcome: outcomeSchema,
      /** Wrong in the end: worth another look. */
      again: z.boolean(),
    }),
  ),
});
export type TrainingSummary = z.infer<typeof trainingSummarySchema>;
