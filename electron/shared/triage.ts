import * as z from 'zod';
import { studySummarySchema } from './study.ts';

/** What a model found in a study that is not read yet: its highest finding at or above its balanced operating point. */
export const triageFindingSchema = z.object({
  modelId: z.string(),
  modelVersion: z.string(),
  /** The pack's own words for the label, which claim no more than it does. */
  words: z.string(),
  score: z.number(),
  /** The balanced operating point that it was recorded with; null where the record has none. */
  threshold: z.number().nullable(),
});
export type TriageFinding = z.infer<typeof triageFindingSchema>;

/**
 * What a reader has still to read, studies with a positive result first, each part newest received first: scores of different models cannot
 * be laid beside each other, so that none makes the order. Only where the site's policy shows the AI first.
 */
export const triagePageSchema = z.object({
  /** Studies with a positive result, or the most that were counted. */
  positives: z.int().nonnegative(),
  positivesIsMinimum: z.boolean(),
  /** Where to go on; absent at the end. */
  next: z.string().optional(),
  rows: z.array(z.object({ study: studySummarySchema, ai: z.array(triageFindingSchema) })),
});
export type TriagePage = z.infer<typeof triagePageSchema>;
