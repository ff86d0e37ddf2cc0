import * as z from 'zod';
import { readerFindingSchema } from './read.ts';
import { studyDetailSchema, uidSchema } from './study.ts';

/** Another study of the patient. Nothing in it derives from a model, or from another reader. */
export const priorSchema = z.object({
  studyInstanceUID: uidSchema,
  /** YYYY-MM-DD, or as written where it is no date. */
  date: z.string(),
  time: z.string(),
  modality: z.string(),
  description: z.string(),
  series: z.int().nonnegative(),
  instances: z.int().nonnegative(),
  /** When it was made against the study that is open; 'undated' where one of the two has no date. */
  when: z.enum(['earlier', 'later', 'same-day', 'undated']),
  /** Days from it to the study that is open; negative for later ones, null where one has no date. */
  days: z.int().nullable(),
  /** Whether it is certainly the same patient's, and why, in plain words. */
  certain: z.boolean(),
  why: z.string(),
  /** How this reader's own read of it stands; 'none' where there is none. */
  ownRead: z.enum(['none', 'draft', 'committed']),
});
export type Prior = z.infer<typeof priorSchema>;

export const priorsSchema = z.object({ priors: z.array(priorSchema) });
export type Priors = z.infer<typeof priorsSchema>;

/** A prior as it may be seen beside the study that is open. */
export const openPriorSchema = z.object({
  prior: priorSchema,
  study: studyDetailSchema,
  /** The reader's own committed findings of it, as committed; null where there are none to be shown. */
  own: z
    .object({ readId: z.string(), committedAt: z.string(), findings: z.array(readerFindingSchema) })
    .nullable(),
  /** What is left out, and until when; empty where nothing is. */
  notes: z.array(z.string()),
});
export type OpenPrior = z.infer<typeof openPriorSchema>;

export const lesionKindSchema = z.enum(['extranodal', 'node']);

/** One time of a tracked lesion: both diameters as the reader states them, else the extents of the mark, which are none of tissue. */
export const lesionPointSchema = z.object({
  studyInstanceUID: uidSchema,
  readId: z.string(),
  findingId: z.string(),
  date: z.string(),
  label: z.string(),
  /** False while the read is a draft. */
  committed: z.boolean(),
  /** Linked with the finding of the study that is open itself, not by way of another study. */
  direct: z.boolean(),
  /** Millimetres, mm², mm³ of the ellipse and ellipsoid in the mark; null where the pixel spacing in the patient is not certain. */
  size: z.object({ long: z.number(), short: z.number(), area: z.number(), volume: z.number() }).nullable(),
  /** Why there is no size; empty where there is one. */
  unmeasured: z.string(),
  /** Against the time before that has a size; null where there is none. Per cent and days. */
  change: z
    .object({
      days: z.number().nullable(),
      longPercent: z.number().nullable(),
      volumePercent: z.number().nullable(),
      longPerYear: z.number().nullable(),
      doublingDays: z.number().nullable(),
    })
    .nullable(),
  /** RECIST 1.1 as if this were the only target lesion; null at baseline and where it cannot be said. */
  response: z.enum(['CR', 'PR', 'SD', 'PD', 'NE']).nullable(),
  responseWords: z.string(),
});
export type LesionPoint = z.infer<typeof lesionPointSchema>;

export const lesionTrackSchema = z.object({
  /** The finding of the study that is open. */
  findingId: z.string(),
  label: z.string(),
  kind: lesionKindSchema,
  /** In the order of their dates. */
  points: z.array(lesionPointSchema),
  /** For a report, in plain words with dates and numbers. */
  words: z.string(),
});
export type LesionTrack = z.infer<typeof lesionTrackSchema>;
export const lesionTracksSchema = z.array(lesionTrackSchema);

export const lesionLinkRequestSchema = z.object({
  /** Made by the window: the same again is the same link. */
  id: z.uuid(),
  findingId: z.string().max(64),
  prior: uidSchema,
  priorFindingId: z.string().max(64),
  /** False undoes it. */
  linked: z.boolean(),
});
export type LesionLinkRequest = z.infer<typeof lesionLinkRequestSchema>;
