import * as z from 'zod';
import { modelResultSchema } from './analysis.ts';
import { uidSchema } from './study.ts';

/** 'not-stated' is where a finding begins; 'not-applicable' is a reader's own statement that there is no side. */
export const lateralitySchema = z.enum([
  'not-stated',
  'right',
  'left',
  'bilateral',
  'midline',
  'not-applicable',
]);
export type Laterality = z.infer<typeof lateralitySchema>;

/** What a reader marked. Coordinates in pixels of the image, origin at the centre of the top left pixel. */
export const readerFindingSchema = z.object({
  id: z.string().max(64),
  sopInstanceUID: uidSchema,
  frame: z.int().nonnegative(),
  shape: z.enum(['rectangle', 'ellipse']),
  /** Bounding box x0, y0, x1, y1 with x0 < x1 and y0 < y1. */
  box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  /** Term of the terminology file, or free words of the reader. */
  label: z.string().trim().min(1).max(120),
  laterality: lateralitySchema,
  /** 1 doubtful … 4 certain. */
  certainty: z.int().min(1).max(4),
  comment: z.string().max(4000),
});
export type ReaderFinding = z.infer<typeof readerFindingSchema>;

export const frameRefSchema = z.object({ sopInstanceUID: uidSchema, frame: z.int().nonnegative() });
export type FrameRef = z.infer<typeof frameRefSchema>;

/** What the reader can change until the commit; saved at every change. */
export const readContentSchema = z.object({
  findings: z.array(readerFindingSchema).max(500),
  /** The reader's explicit 'no abnormal finding'. Never together with findings. */
  noAbnormalFinding: z.boolean(),
  impression: z.string().max(20000),
});
export type ReadContent = z.infer<typeof readContentSchema>;

export const readSchema = z.object({
  id: z.string(),
  studyInstanceUID: uidSchema,
  readerId: z.string(),
  readerName: z.string(),
  status: z.enum(['draft', 'committed']),
  content: readContentSchema,
  createdAt: z.string(),
  updatedAt: z.string(),
  committedAt: z.string().nullable(),
  /** Frames that were on the screen before the commit, and those that were not (with why, where a frame cannot be decoded). */
  framesDisplayed: z.array(frameRefSchema),
  framesNotSeen: z.array(frameRefSchema.extend({ reason: z.string() })),
  /** SHA-256 of the canonical form, and its Ed25519 signature by the reader's key (base64). */
  sha256: z.string().nullable(),
  signature: z.string().nullable(),
});
export type Read = z.infer<typeof readSchema>;

/** A save, with what the window believes was saved last: another window of the same reader may have saved since. */
export const saveRequestSchema = readContentSchema.extend({ before: readContentSchema });
export type SaveRequest = z.infer<typeof saveRequestSchema>;

export const commitRequestSchema = z.object({
  /** What is on the screen that is being committed. */
  content: readContentSchema,
  framesDisplayed: z.array(frameRefSchema).max(100000),
  /** The reader was told which frames were not displayed and commits all the same. */
  acknowledgeUnseen: z.boolean(),
});
export type CommitRequest = z.infer<typeof commitRequestSchema>;

/** How the AI stands to one finding of the reader. */
export const aiStanceSchema = z.enum(['agrees', 'below-threshold', 'not-assessed', 'abstained']);

/** One line of the comparison, made when a committed read is revealed. */
export const comparisonItemSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('agree'),
    id: z.string(),
    readerFindingId: z.string(),
    modelId: z.string(),
    aiFindingId: z.string(),
    /** Intersection over union of the two boxes; null where the AI gives no place. */
    iou: z.number().nullable(),
    words: z.string(),
  }),
  z.object({
    kind: z.literal('reader-only'),
    id: z.string(),
    readerFindingId: z.string(),
    stance: aiStanceSchema,
    words: z.string(),
  }),
  z.object({
    kind: z.literal('ai-only'),
    id: z.string(),
    modelId: z.string(),
    aiFindingId: z.string(),
    words: z.string(),
  }),
]);
export type ComparisonItem = z.infer<typeof comparisonItemSchema>;

/** A person's judgement of one AI finding, or of one difference. No default, no accept-all. */
export const assessmentSchema = z.object({
  itemId: z.string(),
  verdict: z.enum(['agree', 'disagree']),
  reason: z.string().trim().min(1).max(200),
  comment: z.string().max(4000),
  assessedAt: z.string(),
});
export type Assessment = z.infer<typeof assessmentSchema>;
export const assessmentRequestSchema = assessmentSchema.omit({ itemId: true, assessedAt: true });

export const comparisonSchema = z.object({
  read: readSchema,
  /** 'waiting' while no model has finished; the window asks again. */
  aiState: z.enum(['waiting', 'ready']),
  results: z.array(modelResultSchema),
  items: z.array(comparisonItemSchema),
  /** One sentence a model, e.g. 'no tuberculosis-type abnormality found by this model; nothing else was looked for'. */
  statements: z.array(z.object({ modelId: z.string(), words: z.string() })),
  assessments: z.array(assessmentSchema),
  /** Judgements of lines that a newer run has replaced: what was said stays, with the words it was said of. */
  earlier: z.array(
    z.object({
      words: z.string(),
      /** Id and version of the model that was judged; null for lines of the reader alone. */
      model: z.string().nullable(),
      madeAt: z.string().nullable(),
      assessment: assessmentSchema,
    }),
  ),
  /** What a person should know of a result: images that were not read, facts that nobody stated, a device that failed. */
  notes: z.array(z.object({ modelId: z.string(), words: z.array(z.string()) })),
  /** The pack's own words for its labels, as they are to be shown. */
  displayWords: z.array(z.object({ modelId: z.string(), label: z.string(), words: z.string() })),
  /** Limits of use of each model, from its manifest. */
  limits: z.array(z.object({ modelId: z.string(), words: z.array(z.string()) })),
  maps: z.array(
    z.object({
      recordId: z.string(),
      modelId: z.string(),
      outputId: z.string(),
      /** 'volume': one slice of a structure that was marked in a whole series. 'tiles': probabilities tile by tile. Both are switched on by the reader. */
      kind: z.enum(['mask', 'heatmap', 'volume', 'tiles']),
      sopInstanceUID: uidSchema,
      frame: z.int().nonnegative(),
      label: z.string(),
    }),
  ),
});
export type Comparison = z.infer<typeof comparisonSchema>;

/** The reasons offered for agreeing and for disagreeing: the same list, the same effort. */
export const ASSESSMENT_REASONS = [
  'Seen on the image',
  'Not seen, or overlapping structures',
  'Normal variant or artefact',
  'Known from a prior or the history',
  'Wrong place or extent',
  'Wrong label',
  'Cannot be decided on this image',
] as const;
