import * as z from 'zod';
import { readableText } from './read.ts';
import { entityTypeSchema } from './report-words.ts';

/** A concept of a clinical text and what the words around it say of it. Never from a model of images: it may be shown before the commit. */
export const contextEntitySchema = z.object({
  type: entityTypeSchema,
  /** Id in `resources/terminology/report-words.json`. */
  id: z.string(),
  /** Place in the text, in UTF-16 code units. */
  start: z.int().nonnegative(),
  end: z.int().nonnegative(),
  negated: z.boolean(),
  /** Suspected, queried, to be excluded. */
  uncertain: z.boolean(),
  historical: z.boolean(),
  /** Of a relative. */
  family: z.boolean(),
});
export type ContextEntity = z.infer<typeof contextEntitySchema>;

export const CONTEXT_LIMIT = 20_000;

/** Where a clinical text comes from. */
export const contextSourceSchema = z.enum(['file', 'pasted']);

/** One clinical text of a study, with what was recognised in it. */
export const clinicalNoteSchema = z.object({
  id: z.string(),
  source: contextSourceSchema,
  /** 'Reason for study', 'Prior report of 2024' …: the DICOM attribute's words, or the reader's. */
  title: z.string(),
  text: z.string(),
  addedAt: z.string().nullable(),
  entities: z.array(contextEntitySchema),
});
export type ClinicalNote = z.infer<typeof clinicalNoteSchema>;
export const clinicalNotesSchema = z.array(clinicalNoteSchema);

export const addNoteSchema = z.object({
  title: readableText(120).refine((title) => title.trim() !== '', { error: 'is empty' }),
  text: readableText(CONTEXT_LIMIT).refine((text) => text.trim() !== '', { error: 'is empty' }),
});
export type AddNote = z.infer<typeof addNoteSchema>;

/** `read-context --json`. */
export const readContextOutputSchema = z.array(contextEntitySchema.extend({ words: z.string() }));
