import * as z from 'zod';
import { modelResultSchema } from './analysis.ts';
import { checklistAnswersSchema } from './checklist.ts';
import { findingSizeSchema } from './finding-size.ts';
import { uidSchema } from './study.ts';

/**
 * When a reader sees what the models found: after the commit (`blind-first`), at the reader's own request before it (`on-request`), or as soon as
 * the study is opened (`ai-first`). The site's policy says which.
 */
export const aiModeSchema = z.enum(['blind-first', 'on-request', 'ai-first']);
export type AiMode = z.infer<typeof aiModeSchema>;

/**
 * Words that stay, under a signature: no half of a character, and none that cannot be seen or that turns the ones after it round (Unicode category C),
 * line ends and tabs apart.
 */
export function readableText(most: number) {
  return z
    .string()
    .max(most)
    .refine((text) => text.isWellFormed() && !/[^\P{C}\n\r\t]/u.test(text), {
      error: 'holds characters that cannot be seen, or half of one',
    });
}

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
  /** Absent where the reader states none, and in reads of earlier builds. */
  size: findingSizeSchema.optional(),
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
  /** Absent where nothing of it was said, as in reads of earlier builds. */
  checklist: checklistAnswersSchema.optional(),
  /** What should be done next, in the reader's words. */
  recommendation: z.string().max(4000).optional(),
  /** In the read as a whole: 1 low … 4 high. */
  confidence: z.int().min(1).max(4).optional(),
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
  /** The site's mode at the commit; null in drafts, and in reads of builds that knew blind first alone. */
  aiMode: aiModeSchema.nullable(),
  /** When the AI was shown to this reader before the commit; null where it was not: the read is blind. */
  aiShownAt: z.string().nullable(),
  /** Seconds in which the reader was at the study before the commit, idle time left out; null where nobody measured. */
  activeSeconds: z.number().nonnegative().nullable(),
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
  /** As `Read.activeSeconds`: measured by the window. */
  activeSeconds: z.number().nonnegative().max(1e6).optional(),
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

/** A finding as the reader wants it after seeing the AI: of either side, with a place or without. */
export const modifiedFindingSchema = readerFindingSchema
  .pick({ label: true, laterality: true, certainty: true, comment: true, size: true })
  .extend({
    label: readableText(120).refine((label) => label.trim() !== '', { error: 'is empty' }),
    comment: readableText(4000),
    box: readerFindingSchema.shape.box.nullable(),
  });
export type ModifiedFinding = z.infer<typeof modifiedFindingSchema>;

/** What a reader says of a finding, without where its image is and how it is drawn. */
export function statedFinding({
  label,
  laterality,
  certainty,
  comment,
  box,
  size,
}: ReaderFinding): ModifiedFinding {
  return { label, laterality, certainty, comment, box, ...(size === undefined ? {} : { size }) };
}

/**
 * What becomes of the AI's result in one line of the comparison. Of a finding of the AI: `accept` takes it into the read, `reject` leaves
 * it out. Of one that both have, `accept` leaves the reader's as it is. Where the AI looked and found nothing, `accept` withdraws the
 * reader's finding and `reject` lets it stand. `modify` gives the finding as the reader wants it now. `defer` settles nothing.
 */
export const verdictSchema = z.enum(['accept', 'reject', 'modify', 'defer']);
export type Verdict = z.infer<typeof verdictSchema>;

/** A person's judgement of one line. No default, no accept-all. */
export const assessmentSchema = z.object({
  itemId: z.string(),
  verdict: verdictSchema,
  reason: z.string().trim().min(1).max(200),
  comment: z.string().max(4000),
  /** With `modify` alone. */
  finding: modifiedFindingSchema.optional(),
  assessedAt: z.string(),
});
export type Assessment = z.infer<typeof assessmentSchema>;
export const assessmentRequestSchema = assessmentSchema
  .omit({ itemId: true, assessedAt: true })
  .extend({ reason: readableText(200).trim().min(1), comment: readableText(4000) })
  .refine(({ verdict, finding }) => (verdict === 'modify') === (finding !== undefined), {
    error: 'A finding is stated with modify, and with nothing else.',
  });
export type AssessmentRequest = z.infer<typeof assessmentRequestSchema>;

/** A finding of the read as it stands after the judgements. The committed read itself never changes. */
export const reconciledFindingSchema = z.object({
  /** Whose finding it was. */
  from: z.enum(['reader', 'ai']),
  readerFindingId: z.string().nullable(),
  modelId: z.string().nullable(),
  aiFindingId: z.string().nullable(),
  change: z.enum(['none', 'added', 'modified', 'withdrawn']),
  /** Null where neither side gives a place. */
  at: frameRefSchema.nullable(),
  finding: modifiedFindingSchema,
});
export type ReconciledFinding = z.infer<typeof reconciledFindingSchema>;

/** What a reader adds to a committed read. */
export const addendumSchema = z.object({
  id: z.string(),
  /** 1 for the first of a read. */
  number: z.int().positive(),
  text: z.string(),
  createdAt: z.string(),
  /** SHA-256 of the canonical form, and its Ed25519 signature by the reader's key (base64). */
  sha256: z.string(),
  signature: z.string(),
});
export type Addendum = z.infer<typeof addendumSchema>;
export const addendumRequestSchema = z.object({
  text: readableText(20000).refine((text) => /[^\s\p{C}]/u.test(text), { error: 'is empty' }),
  /** Made by the window with the form: the same again is the same addendum, however often it is sent. */
  id: z.uuid().optional(),
});

/** Words of an addendum that are not signed yet; empty where there are none. */
export const addendumDraftSchema = z.object({ text: z.string().max(20000) });
export type AddendumDraft = z.infer<typeof addendumDraftSchema>;

export const comparisonSchema = z.object({
  read: readSchema,
  /** 'waiting' while no model has finished; the window asks again. */
  aiState: z.enum(['waiting', 'ready']),
  results: z.array(modelResultSchema),
  items: z.array(comparisonItemSchema),
  /** One sentence a model, e.g. 'no tuberculosis-type abnormality found by this model; nothing else was looked for'. */
  statements: z.array(z.object({ modelId: z.string(), words: z.string() })),
  assessments: z.array(assessmentSchema),
  /** The reader's findings after the judgements, those withdrawn included. */
  reconciled: z.array(reconciledFindingSchema),
  addenda: z.array(addendumSchema),
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
  /** What each model is, from its manifest: for 'why does the model say this'. */
  about: z.array(
    z.object({
      modelId: z.string(),
      intendedUse: z.string(),
      /** What it was trained on. */
      data: z.array(z.string()),
      /** Labels whose probability was calibrated on images that were kept back. */
      calibrated: z.array(z.string()),
      operatingPoints: z.record(
        z.string(),
        z.object({ balanced: z.number(), 'high-sensitivity': z.number() }),
      ),
    }),
  ),
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

/** The reasons offered for each verdict: the same list, the same effort. */
export const ASSESSMENT_REASONS = [
  'Seen on the image',
  'Not seen, or overlapping structures',
  'Normal variant or artefact',
  'Known from a prior or the history',
  'Wrong place or extent',
  'Wrong label',
  'Cannot be decided on this image',
  'Needs another view, a prior or a colleague',
] as const;
