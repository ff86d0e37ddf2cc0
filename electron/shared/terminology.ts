import * as z from 'zod';
import { codeSchema } from './pack.ts';

/** Where on the body a term is used; 'any' fits everywhere. */
export const terminologyRegionSchema = z.enum(['chest', 'limb', 'abdomen', 'head', 'spine', 'any']);
export type TerminologyRegion = z.infer<typeof terminologyRegionSchema>;

/** One finding term. Display words are our own; a code only where DICOM PS3.16 publishes it. */
export const findingTermSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  label: z.string().min(1).max(120),
  region: terminologyRegionSchema,
  /** The id of the next wider term; null at the top. A narrower term is compatible with every wider one above it. */
  parent: z.string().nullable(),
  /**
   * Ids of wider findings that this one can be a sign of (a cavity of tuberculosis): at the same place the two may be
   * laid beside each other, but a model that looked for the wider one has not looked for the sign.
   */
  signOf: z.array(z.string()),
  /** Other words that mean the same, matched without regard to case. */
  synonyms: z.array(z.string().min(1)),
  /** Whether left and right can be told for it. */
  lateral: z.boolean(),
  code: codeSchema.nullable(),
  /** Where the code (or, without one, the words) come from. */
  source: z.string().min(1),
});
export type FindingTerm = z.infer<typeof findingTermSchema>;

export const terminologySchema = z.strictObject({
  schema: z.literal('overread.terminology/1'),
  version: z.string(),
  note: z.string(),
  terms: z.array(findingTermSchema).min(1),
});
export type Terminology = z.infer<typeof terminologySchema>;
