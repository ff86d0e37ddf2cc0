import * as z from 'zod';

/** What a word of a report stands for. */
export const entityTypeSchema = z.enum([
  'finding',
  'disease',
  'anatomy',
  'procedure',
  'device',
  'medication',
]);
export type EntityType = z.infer<typeof entityTypeSchema>;

/** One concept of reports and the words for it. */
export const wordEntitySchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  type: entityTypeSchema,
  /**
   * Words and phrases; 'heart … enlarged' allows up to five words in between, 'dilated .. ureter' up to two that
   * describe. Plurals and British spellings are folded.
   */
  words: z.array(z.string().min(1)).min(1),
  /** Ids of the next wider concepts; for anatomy, of what it is a part of. */
  is: z.array(z.string()).optional(),
  /** Ids of what it can be a sign of. */
  signOf: z.array(z.string()).optional(),
  /** Anatomy of one group excludes one another: a radius is not an ulna, an upper lobe not a lower one. */
  group: z.string().optional(),
  /** Anatomy: the examination regions on which it is seen. */
  regions: z.array(z.string()).optional(),
  /** Words that say that a finding is absent ('the heart is normal in size' denies cardiomegaly): its id. */
  denies: z.string().optional(),
  /** The sex it belongs to. */
  sex: z.enum(['M', 'F']).optional(),
  /**
   * - `general`: says only that there is something.
   * - `loose`: vague; the concepts below it may stand for one another (infiltrate for consolidation).
   * - `kin`: as `loose`, but each of its kinds is a finding in its own right (a fracture of whatever form).
   * - `minor`: needs no mark of its own.
   * - `chronic`: of long standing by its nature.
   * - `critical`: somebody must be told.
   * - `context`: a complaint, an earlier illness or a cause; not seen on an image.
   * - `void`: idioms; they only keep the shorter words within them from being found ('growth plate', 'stroke team').
   */
  flags: z
    .array(z.enum(['general', 'loose', 'minor', 'chronic', 'critical', 'context', 'kin', 'void']))
    .optional(),
});
export type WordEntity = z.infer<typeof wordEntitySchema>;

/** The lists of cues in the file; each is a list of phrases. */
export const cueNames = [
  'negationBefore',
  'negationAfter',
  'pseudoNegation',
  'uncertainBefore',
  'uncertainAfter',
  'hypotheticalBefore',
  'hypotheticalAfter',
  'historicalBefore',
  'historicalAfter',
  'chronicBefore',
  'chronicAfter',
  'resolvedBefore',
  'familyBefore',
  'changeNouns',
  'terminators',
  'newOnly',
  'priorValue',
  'distanceBefore',
  'distanceAfter',
  'normalBefore',
  'normalAfter',
  'communicated',
  'notCommunicated',
  'normalStatement',
  'asAbove',
  'minorBefore',
  'ambiguousAnatomy',
] as const;
export type CueName = (typeof cueNames)[number];

/** `resources/terminology/report-words.json`. */
export const reportWordsSchema = z.strictObject({
  schema: z.literal('overread.report-words/1'),
  version: z.string(),
  note: z.string(),
  entities: z.array(wordEntitySchema).min(1),
  cues: z.record(z.enum(cueNames), z.array(z.string().min(1)).min(1)),
});
export type ReportWordsFile = z.infer<typeof reportWordsSchema>;
