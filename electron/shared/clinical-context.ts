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
export const contextSourceSchema = z.enum(['file', 'pasted', 'message']);

/** One clinical text of a study, with what was recognised in it. */
export const clinicalNoteSchema = z.object({
  id: z.string(),
  source: contextSourceSchema,
  /** 'Reason for study', 'Prior report of 2024' …: the DICOM attribute's words, or the reader's. */
  title: z.string(),
  text: z.string(),
  addedAt: z.string().nullable(),
  /** Of a message: its type, date and sender, in plain words. */
  from: z.string().optional(),
  /** Of a message: what is to be known of it beside its words. */
  remarks: z.array(z.string()).optional(),
  /** Whether this reader may take it away: what is for every reader stays. */
  removable: z.boolean(),
  entities: z.array(contextEntitySchema),
});
export type ClinicalNote = z.infer<typeof clinicalNoteSchema>;
export const clinicalNotesSchema = z.array(clinicalNoteSchema);

export const addNoteSchema = z.object({
  title: readableText(120).refine((title) => title.trim() !== '', { error: 'is empty' }),
  text: readableText(CONTEXT_LIMIT).refine((text) => text.trim() !== '', { error: 'is empty' }),
});
export type AddNote = z.infer<typeof addNoteSchema>;

/** Characters of messages that a window may send. */
export const MESSAGES_LIMIT = 1_000_000;

/** Messages of HL7 v2 that a reader pasted (`text`), or a file of them as it is (`base64`). */
export const addMessagesSchema = z.union([
  z.strictObject({ text: z.string().max(MESSAGES_LIMIT) }),
  z.strictObject({ base64: z.base64().max(MESSAGES_LIMIT * 2) }),
]);
export type AddMessages = z.infer<typeof addMessagesSchema>;

/** `read-context --json`. */
export const readContextOutputSchema = z.array(contextEntitySchema.extend({ words: z.string() }));
