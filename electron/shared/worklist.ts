import * as z from 'zod';
import { studyStatusSchema } from './study.ts';

/** What the worklist can be ordered by. Nothing of it derives from a model, or from another reader. */
export const sortKeySchema = z.enum(['received', 'studied', 'name', 'priority']);
export type SortKey = z.infer<typeof sortKeySchema>;
export const studySortSchema = z.object({ key: sortKeySchema, descending: z.boolean() });
export type StudySort = z.infer<typeof studySortSchema>;

/** As the worklist stands without a choice: what came last, first. */
export const NEWEST_FIRST: StudySort = { key: 'received', descending: true };

/**
 * `referred`: what another reader referred to this one, and is not answered yet. `consensus`: a consensus with another reader is proposed,
 * by either, and not signed by both.
 */
export const worklistViewSchema = z.enum([
  'all',
  'to-read',
  'mine',
  'reconcile',
  'final',
  'referred',
  'consensus',
]);
export type WorklistView = z.infer<typeof worklistViewSchema>;

/** YYYY-MM-DD of a day that there is. */
export const daySchema = z.string().refine((day) => {
  const at = new Date(`${day}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
}, 'is no day as YYYY-MM-DD');

/** A priority, or both that are above routine. */
export const priorityFilterSchema = z.enum(['routine', 'urgent', 'stat', 'raised']);
export type PriorityFilter = z.infer<typeof priorityFilterSchema>;

/** Conditions that a study must meet, all of them; one that is left out is none. */
export interface StudyFilters {
  /** A modality that the study has, as DICOM names it (CT, MR, …). */
  readonly modality?: string | undefined;
  /** Where the study stands for the reader who asks. */
  readonly status?: z.infer<typeof studyStatusSchema> | undefined;
  readonly priority?: PriorityFilter | undefined;
  /** Received at or after, and before, these instants (UTC ISO 8601). */
  readonly receivedFrom?: string | undefined;
  readonly receivedBefore?: string | undefined;
  /** First and last day of the study, YYYY-MM-DD. A study without a date is in no range. */
  readonly studiedFrom?: string | undefined;
  readonly studiedTo?: string | undefined;
}

/** Days as a person chose them: the last so many with today, or between two, each of which may be open. */
export const dayRangeSchema = z.union([
  z.object({ days: z.int().min(1).max(3650) }),
  z.object({ from: daySchema.nullable(), to: daySchema.nullable() }),
]);
export type DayRange = z.infer<typeof dayRangeSchema>;

/** What the worklist shows, as it is kept under a name: ranges of days stay relative where they were chosen so. */
export const worklistChoiceSchema = z.object({
  view: worklistViewSchema,
  text: z.string().max(200),
  modality: z.string().max(16).nullable(),
  status: studyStatusSchema.nullable(),
  priority: priorityFilterSchema.nullable(),
  received: dayRangeSchema.nullable(),
  studied: dayRangeSchema.nullable(),
  sort: studySortSchema.nullable(),
});
export type WorklistChoice = z.infer<typeof worklistChoiceSchema>;

export const viewNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .regex(/^\P{C}+$/u, 'holds characters that cannot be seen');

/** A reader's own view of the worklist; no other reader sees it. */
export const savedViewSchema = z.object({ id: z.string(), name: z.string(), choice: worklistChoiceSchema });
export type SavedView = z.infer<typeof savedViewSchema>;

/** As many views as a list of them can hold and its counts stay cheap. */
export const MAX_VIEWS = 30;

/** A claim ends by itself when its reader has touched neither key nor mouse in the study for so long. */
export const CLAIM_IDLE_MINUTES = 15;

/**
 * `open`: for an opening, where no other reader has the study. `stay`: the reader is still there. `take-over`: the claims of others end.
 * `beside`: both read, each their own read.
 */
export const claimHowSchema = z.enum(['open', 'stay', 'take-over', 'beside']);
export type ClaimHow = z.infer<typeof claimHowSchema>;

/** How the study is claimed after the asking. */
export const claimStateSchema = z.object({
  /** This reader's claim; null where another reader has the study and nothing was claimed. */
  claim: z.object({ id: z.string(), since: z.string() }).nullable(),
  /** Another reader has it open: who and since when only after one's own commit. Null: nobody else. */
  other: z.object({ by: z.string().nullable(), since: z.string().nullable() }).nullable(),
});
export type ClaimState = z.infer<typeof claimStateSchema>;
