import * as z from 'zod';
import { uidSchema } from './study.ts';

/** Messages of HL7 v2 that tell of a study's patient: orders and reports. Nothing in them derives from a model of images here. */

/** What a study says of itself and its patient, as messages are compared with it. Empty where it does not say. */
export interface StudyFacts {
  readonly studyInstanceUID: string;
  readonly patientID: string;
  readonly issuer: string;
  /** The name in each of its groups, as stored. */
  readonly names: readonly string[];
  /** YYYY-MM-DD. */
  readonly birthDate: string;
  readonly sex: string;
  readonly accessionNumber: string;
  /** YYYY-MM-DD, or as written where it is no date. */
  readonly date: string;
}

/** How far a report has come, in the order in which less is certain; last, that its sender took it back. */
export const reportStateSchema = z.enum([
  'corrected',
  'final',
  'not-stated',
  'partial',
  'preliminary',
  'not-verified',
  'withdrawn',
]);

/** What one message says of one examination, as it is kept. */
export const filedContentSchema = z.object({
  kind: z.enum(['order', 'report']),
  /** 'ORU^R01'. */
  type: z.string(),
  application: z.string(),
  facility: z.string(),
  /** When it was sent, 'YYYY-MM-DD HH:MM'; empty where that is not stated. */
  sent: z.string(),
  /** Later versions compare greater. */
  order: z.string(),
  procedure: z.string(),
  text: z.string(),
  /** Of an order 'final', 'partial' where words that may tell of a result were left out, or 'withdrawn' where it was cancelled. */
  state: reportStateSchema,
  /** Day of the examination and the latest day that the report states of itself (YYYY, YYYY-MM or YYYY-MM-DD); null where it states none. */
  examined: z.string().nullable(),
  latest: z.string().nullable(),
  /** The same for every version of one order or report. */
  chain: z.string(),
  /** It is of the very study with which it is filed. */
  own: z.boolean(),
  /** It names its examination by a number, and the study has another: not the same for certain. */
  otherExam: z.boolean(),
  /** The study's accession number stands somewhere in it, or written otherwise: it may be of the study itself. */
  perhapsOwn: z.boolean(),
  /** Fields by which it belongs to the study. */
  matchedBy: z.string(),
  notes: z.array(z.string()),
});
export type FiledContent = z.infer<typeof filedContentSchema>;

/** A message with a study, as it is kept. */
export interface FiledMessage {
  readonly id: string;
  readonly studyInstanceUID: string;
  /** The reader who pasted it, for whom alone it is; null where it was imported, for every reader. */
  readonly readerId: string | null;
  /** MSH-10. */
  readonly controlId: string;
  /** Of the message's segments, whatever ends them. */
  readonly sha256: string;
  /** Which examination of the message, from 0. */
  readonly part: number;
  readonly content: FiledContent;
  readonly filedAt: string;
}

/** One study with which a message was filed. */
export const filedWithSchema = z.object({
  studyInstanceUID: uidSchema,
  /** An order is the indication of its study; a report is of an earlier examination, or of the study itself. */
  as: z.enum(['indication', 'prior-report', 'own-report']),
  matchedBy: z.string(),
  /** It was there already. */
  before: z.boolean(),
});
export type FiledWith = z.infer<typeof filedWithSchema>;

/** What became of one message. */
export const messageOutcomeSchema = z.object({
  path: z.string(),
  /** Line of the file on which it begins. */
  line: z.int().positive(),
  /** MSH-9; null where it could not be read. */
  type: z.string().nullable(),
  /** MSH-10. */
  controlId: z.string().nullable(),
  status: z.enum(['filed', 'duplicate', 'refused']),
  code: z.string().nullable(),
  reason: z.string().nullable(),
  notes: z.array(z.string()),
  studies: z.array(filedWithSchema),
});
export type MessageOutcome = z.infer<typeof messageOutcomeSchema>;

/** `context import --json`: counts of messages. One of several examinations of which some were refused is refused, and says with which studies it is filed. */
export const contextImportSchema = z.object({
  files: z.int().nonnegative(),
  filed: z.int().nonnegative(),
  duplicates: z.int().nonnegative(),
  refused: z.int().nonnegative(),
  messages: z.array(messageOutcomeSchema),
});
export type ContextImport = z.infer<typeof contextImportSchema>;

/** `context list STUDY --json`: for the operator, what is withheld from blind readers too. */
export const contextListSchema = z.array(
  z.object({
    id: z.string(),
    controlId: z.string(),
    filedAt: z.string(),
    /** Null where it is for every reader. */
    readerId: z.string().nullable(),
    as: filedWithSchema.shape.as,
    /** When a reader sees it. */
    shown: z.enum(['always', 'after-commit', 'replaced']),
    content: filedContentSchema,
  }),
);
export type ContextList = z.infer<typeof contextListSchema>;

/** Whether a text begins as messages of HL7 v2 do: with a header, or that of a batch or file, perhaps in an MLLP frame. Two signs follow its name: 'MSH-6 carrier' is a text. */
export function looksLikeHl7(text: string): boolean {
  return /^[\uFEFF\v\s]*(?:MSH|FHS|BHS)[!-/:-@[-`{-~]{2}/.test(text);
}
