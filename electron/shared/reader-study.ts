import * as z from 'zod';
import { uidSchema } from './study.ts';

/** A reader study: what is read by whom, how it stands, and what came out. */

/** Names of cases, lesions and readers: they stand in exports, so that they are codes and no words. */
export const codeSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/, 'is no code of at most 32 letters, digits, - and _');

/** `without-ai`: the read alone. `with-ai`: the own blind read first, then the AI, then the read as it stands: the second opinion. */
export const armSchema = z.enum(['without-ai', 'with-ai']);
export type Arm = z.infer<typeof armSchema>;
export const ARMS = armSchema.options;

const boxSchema = z
  .tuple([z.number(), z.number(), z.number(), z.number()])
  .refine(([x0, y0, x1, y1]) => x0 < x1 && y0 < y1, {
    error: 'is no box x0, y0, x1, y1 with x0 < x1, y0 < y1',
  });

const placeShape = {
  /** SOP Instance UID; any code in a design without images. */
  image: z.string().min(1).max(64),
  frame: z.int().nonnegative().default(0),
  /** In pixels of the image: x0, y0, x1, y1. */
  box: boxSchema,
};

export const lesionSchema = z.strictObject({
  id: codeSchema,
  ...placeShape,
  /** Share of its case's weight in the figure of merit; equal shares where none is given. */
  weight: z.number().positive().max(1).optional(),
});
export type Lesion = z.infer<typeof lesionSchema>;

export const trialCaseSchema = z.strictObject({
  case: codeSchema,
  /** Study Instance UID; absent in a design that is only tried. */
  study: uidSchema.optional(),
  truth: z.enum(['normal', 'abnormal']),
  /** Where the abnormality is; absent where only the case's truth is known. */
  lesions: z.array(lesionSchema).max(50).optional(),
});
export type TrialCase = z.infer<typeof trialCaseSchema>;

export const trialReaderSchema = z.strictObject({
  reader: codeSchema,
  /** Id of the profile that reads as this one; absent in a design that is only tried. */
  profile: z.string().min(1).max(64).optional(),
});

export const trialDesignSchema = z.strictObject({
  /** A study unless told. A training shows its readers the truth after each case: it is read as often as one likes, and never analysed. */
  purpose: z.enum(['study', 'training']).optional(),
  name: z
    .string()
    .trim()
    .min(1)
    .max(80)
    .regex(/^\P{C}+$/u, 'holds characters that cannot be seen'),
  /** Orders and sessions follow from it, and the resampling of the analysis. */
  seed: z.int().nonnegative().max(0xffff_ffff),
  /** Between a reader's last read of the first session and the first of the second. */
  washoutDays: z.int().min(0).max(3650).default(28),
  /** Ratings are whole numbers from 0 (nothing) to `max`; from `positiveFrom` on the reader calls the case abnormal. */
  scale: z
    .strictObject({ max: z.int().min(1).max(100), positiveFrom: z.int().min(1).max(100) })
    .refine(({ max, positiveFrom }) => positiveFrom <= max, { error: 'positiveFrom lies beyond max' })
    .default({ max: 4, positiveFrom: 1 }),
  cases: z.array(trialCaseSchema).min(2).max(5000),
  readers: z.array(trialReaderSchema).min(1).max(100),
});
export type TrialDesign = z.infer<typeof trialDesignSchema>;

export const trialMarkSchema = z.strictObject({ ...placeShape, rating: z.int().min(1).max(100) });
export type TrialMark = z.infer<typeof trialMarkSchema>;

/** What a reader says of a case: how sure they are that it is abnormal, and where. */
export const opinionSchema = z.strictObject({
  rating: z.int().min(0).max(100),
  marks: z.array(trialMarkSchema).max(100),
});
export type Opinion = z.infer<typeof opinionSchema>;

/**
 * What an opinion in the window is: `blind`: the AI comes after it; `last`: the AI stands beside it; `alone`: without AI. It is said with the
 * opinion and held against what comes next, so that a double click, or a second window, never makes a last word out of a blind read.
 */
export const opinionPhaseSchema = z.enum(['blind', 'last', 'alone']);
export type OpinionPhase = z.infer<typeof opinionPhaseSchema>;
export const givenOpinionSchema = z.object({
  study: uidSchema,
  phase: opinionPhaseSchema,
  opinion: opinionSchema,
});
export type GivenOpinion = z.infer<typeof givenOpinionSchema>;

export const trialReadSchema = z.strictObject({
  reader: codeSchema,
  case: codeSchema,
  session: z.union([z.literal(1), z.literal(2)]),
  /** Place in the reader's order of the session, from 1. */
  position: z.int().positive(),
  arm: armSchema,
  final: opinionSchema,
  /** With AI alone: what the reader said before the AI was shown. */
  blind: opinionSchema.nullable(),
});
export type TrialRead = z.infer<typeof trialReadSchema>;

/** With the instant at which it was made (UTC ISO 8601). */
export const datedTrialReadSchema = trialReadSchema.extend({ at: z.string() });
export type DatedTrialRead = z.infer<typeof datedTrialReadSchema>;

/** A reader study as one of its readers is told of it. */
export const myTrialSchema = z.object({
  id: z.string(),
  name: z.string(),
  scale: z.object({ max: z.int(), positiveFrom: z.int() }),
  /** Reads of this reader in both sessions. */
  done: z.int(),
  of: z.int(),
  /** Cases whose study was removed from this data folder: they are passed over. */
  gone: z.int(),
  next: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('read'),
      session: z.union([z.literal(1), z.literal(2)]),
      position: z.int(),
      arm: armSchema,
      study: uidSchema,
      /** With AI: the blind part once it is locked. */
      blind: opinionSchema.nullable(),
    }),
    z.object({ kind: z.literal('washout'), until: z.string() }),
    z.object({ kind: z.literal('finished') }),
  ]),
});
export type MyTrial = z.infer<typeof myTrialSchema>;

/** One version of a design; the newest counts, and none comes after the first read. */
export interface Trial {
  readonly id: string;
  readonly revision: number;
  readonly design: TrialDesign;
  readonly designSha256: string;
  readonly createdAt: string;
}

/** Reads that a program made up. They are kept apart from those of people, and never mixed with them. */
export interface TrialSimulation {
  readonly trialId: string;
  readonly revision: number;
  /** From 1 for each study. */
  readonly run: number;
  readonly seed: number;
  readonly at: string;
  readonly reads: readonly TrialRead[];
}

const intervalSchema = z.object({ value: z.number(), low: z.number(), high: z.number() });
const proportionSchema = intervalSchema.extend({ count: z.int(), of: z.int() });

/** Figures of one reader in one arm; null where there is no such case, or no lesion is marked in the truth. */
export const armFiguresSchema = z.object({
  reads: z.int(),
  sensitivity: proportionSchema.nullable(),
  specificity: proportionSchema.nullable(),
  auc: z.number().nullable(),
  wafroc: z.number().nullable(),
});
export type ArmFigures = z.infer<typeof armFiguresSchema>;

export const FIGURES = ['sensitivity', 'specificity', 'auc', 'wafroc'] as const;
export type Figure = (typeof FIGURES)[number];

const differencesSchema = z.record(z.enum(FIGURES), intervalSchema.nullable());
const pairSchema = z.object({ a: codeSchema, b: codeSchema, kappa: z.number().nullable() });
const agreementSchema = z.object({ pairs: z.array(pairSchema), mean: z.number().nullable() });

/** `trial analyze`. */
export const trialAnalysisSchema = z.object({
  trial: z.object({ id: z.string(), name: z.string(), revision: z.int(), designSha256: z.string() }),
  /** True: of made-up readers; says nothing of people or of the AI. */
  simulated: z.boolean(),
  simulation: z.object({ run: z.int(), seed: z.int() }).nullable(),
  reads: z.object({ made: z.int(), expected: z.int() }),
  /** Cases that every reader has read in both arms: the differences and agreements are over these. */
  paired: z.object({ normal: z.int(), abnormal: z.int() }),
  bootstrap: z.object({ samples: z.int(), seed: z.int() }),
  readers: z.array(
    z.object({
      reader: codeSchema,
      arms: z.record(armSchema, armFiguresSchema),
      /** With AI less without. */
      differences: differencesSchema,
      /** The reader's own decisions without against with. */
      kappaBetweenArms: z.number().nullable(),
    }),
  ),
  /** Mean over the readers, of the paired cases. */
  mean: z.object({
    arms: z.record(armSchema, z.record(z.enum(FIGURES), z.number().nullable())),
    differences: differencesSchema,
  }),
  agreement: z.record(armSchema, agreementSchema),
  notes: z.array(z.string()),
});
export type TrialAnalysis = z.infer<typeof trialAnalysisSchema>;
export type Interval = z.infer<typeof intervalSchema>;
export type Proportion = z.infer<typeof proportionSchema>;
