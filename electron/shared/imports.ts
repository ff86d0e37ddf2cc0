import * as z from 'zod';
import { statedSchema, uidSchema } from './study.ts';

/**
 * Why a file was not taken. Codes are stable; scripts depend on them.
 */
export const refusalSchema = z.object({
  /** The path as given; inside a ZIP `archive.zip!/inner/path`. */
  path: z.string(),
  code: z.string(),
  /** Plain words: what, why, what to do. */
  reason: z.string(),
});
export type Refusal = z.infer<typeof refusalSchema>;

/** `overread import --json`. `imported`, `duplicates`, `series` and `instances` are counts of instances, instances, series, instances. */
export const importReportSchema = z.object({
  imported: z.int().nonnegative(),
  duplicates: z.int().nonnegative(),
  refused: z.array(refusalSchema),
  studies: z.array(
    z.object({
      studyInstanceUID: uidSchema,
      series: z.int().nonnegative(),
      instances: z.int().nonnegative(),
    }),
  ),
  /** Files whose SOP Instance UID another content has here: each is kept as an instance of its own, under `keptAs`. Absent where none. */
  conflicts: z.array(z.object({ path: z.string(), sopInstanceUID: uidSchema, keptAs: uidSchema })).optional(),
});
export type SameUidConflict = { path: string; sopInstanceUID: string; keptAs: string };
export type ImportReport = z.infer<typeof importReportSchema>;

/** A line of `overread refusals --json`. */
export const refusalRowSchema = refusalSchema.extend({
  importId: z.string(),
  at: z.string(),
  /** What a person stated for its import; a later try goes by it. Absent where nothing was. */
  stated: statedSchema.optional(),
});
export type RefusalRow = z.infer<typeof refusalRowSchema>;
export const refusalsReportSchema = z.array(refusalRowSchema);

/** `overread refusals retry --json`: the import's report, how many refused files were tried, and of how many the file is no longer there. */
export const retryReportSchema = importReportSchema.extend({
  tried: z.int().nonnegative(),
  notThere: z.int().nonnegative(),
});
export type RetryReport = z.infer<typeof retryReportSchema>;
