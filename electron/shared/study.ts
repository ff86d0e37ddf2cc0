import * as z from 'zod';
import { imageAttributesSchema } from './pixels.ts';
import { stackDetailSchema } from './stack.ts';

/** Dotted decimal, at most 64 characters (PS3.5 §9.1). */
export const uidSchema = z
  .string()
  .max(64)
  .regex(/^[0-9]+(\.[0-9]+)*$/);

/**
 * Where a study stands for the person at the screen. Nothing here may depend on a model's result.
 * `committed`: this reader's read is locked, differences are open. `final`: every difference is settled.
 */
export const studyStatusSchema = z.enum(['new', 'reading', 'committed', 'final']);
export type StudyStatus = z.infer<typeof studyStatusSchema>;

/** How soon a study is to be read, as a person stated it, in rising order: clinical, never from a model, and the same for every reader. */
export const PRIORITIES = ['routine', 'urgent', 'stat'] as const;
export const prioritySchema = z.enum(PRIORITIES);
export type Priority = z.infer<typeof prioritySchema>;

/** What a person stated about a study because its files do not say, or say it wrongly; recorded with name and time. */
export const statedSchema = z.object({
  modality: z
    .string()
    .regex(/^[A-Z]{2,16}$/)
    .optional(),
  bodyPart: z.string().max(16).optional(),
  view: z.string().max(16).optional(),
  /** Years. */
  age: z.number().min(0).max(150).optional(),
  /** Of captures and documents of unknown origin: no algorithm made them. They are then not withheld; its own words, for display. */
  origin: z.literal('not from an algorithm').optional(),
});
export type Stated = z.infer<typeof statedSchema>;

export const studySummarySchema = z.object({
  studyInstanceUID: uidSchema,
  patientName: z.string(),
  /** The name's other groups where a file has them and they are not `patientName` itself: ideographic, phonetic. */
  otherNames: z.array(z.string()).optional(),
  patientID: z.string(),
  /** M, F, O or empty. */
  sex: z.string(),
  /** Years at the study; null where neither Patient's Age nor birth and study date say. */
  age: z.number().nullable(),
  birthDate: z.string(),
  accessionNumber: z.string(),
  /** Every modality of the study, sorted, joined by '\\'. */
  modality: z.string(),
  description: z.string(),
  /** Study date as YYYY-MM-DD, or as written where it is no date. */
  date: z.string(),
  series: z.int().nonnegative(),
  instances: z.int().nonnegative(),
  /** When it was imported, UTC ISO 8601. */
  receivedAt: z.string(),
  status: studyStatusSchema,
  priority: prioritySchema,
  /**
   * Another reader has the study open. Who, and since when (UTC ISO 8601), is told after one's own commit alone: before it this says
   * nothing of the other's read, not even that there is one.
   */
  taken: z.object({ by: z.string().nullable(), since: z.string().nullable() }).optional(),
  /** Another reader referred it to this one, who has not answered: nothing is told here of who or why. */
  referredToMe: z.literal(true).optional(),
  /** How this reader's own newest referral of it stands; absent where there is none, and where it was withdrawn. */
  referred: z.enum(['open', 'accepted', 'answered', 'declined']).optional(),
  /**
   * How this reader's newest consensus of it with another stands; absent where there is none, and where it was withdrawn. `to-sign`: it waits
   * for this reader; `proposed`: for the other.
   */
  consensus: z.enum(['to-sign', 'proposed', 'agreed', 'no-consensus']).optional(),
  /** A person should look: an undecodable frame, for example. Plain words. Never from a model. */
  flags: z.array(z.string()),
});
export type StudySummary = z.infer<typeof studySummarySchema>;

export const instanceDetailSchema = z.object({
  sopInstanceUID: uidSchema,
  sopClassUID: z.string(),
  instanceNumber: z.int().nullable(),
  /** Null for objects without pixels: kept and listed, not drawn. */
  image: imageAttributesSchema.nullable(),
  /** What it is, in words: 'Image', 'Structured report', 'RT dose', … */
  kind: z.string(),
  /** Set where this build cannot draw the object; says why. */
  notDrawn: z.string().nullable(),
  laterality: z.string(),
  viewPosition: z.string(),
  /** Set where the file was mended to be read: what was wrong, in plain words. */
  recovered: z.string().optional(),
  /** Set where the file's own SOP Instance UID (this one) was taken by another content, and both are kept. */
  conflictOf: uidSchema.optional(),
  /** Whom the file itself names, where that is not the study's patient. */
  otherPatient: z.object({ patientName: z.string(), patientID: z.string() }).optional(),
  /** True for the one entry that stands for everything withheld until the commit; it says nothing else. */
  withheld: z.boolean().optional(),
});
export type InstanceDetail = z.infer<typeof instanceDetailSchema>;

export const seriesDetailSchema = z.object({
  seriesInstanceUID: uidSchema,
  seriesNumber: z.int().nullable(),
  modality: z.string(),
  bodyPart: z.string(),
  description: z.string(),
  /** In display order: by position along the normal where there is one, else by instance number. */
  instances: z.array(instanceDetailSchema),
  /** Which frames belong together, and in which order they are looked at; each frame of the series is in one of them. */
  stacks: z.array(stackDetailSchema),
});
export type SeriesDetail = z.infer<typeof seriesDetailSchema>;

export const studyDetailSchema = studySummarySchema.extend({
  seriesList: z.array(seriesDetailSchema),
  stated: statedSchema,
});
export type StudyDetail = z.infer<typeof studyDetailSchema>;

/** A line of `overread studies --json`. */
export const studiesReportSchema = z.array(studySummarySchema);
