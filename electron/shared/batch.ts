import * as z from 'zod';
import { inferenceRecordSchema } from './analysis.ts';
import { refusalSchema } from './imports.ts';

/** One line of the file that `overread analyze --lines FILE` writes: what became of one file. */
export const batchLineSchema = z.union([
  z.object({
    /** As it was met under the path that was given. */
    path: z.string(),
    studyInstanceUID: z.string(),
    sopInstanceUID: z.string(),
    /** One a model, its result inside: all that a replay needs but the file. */
    records: z.array(inferenceRecordSchema),
  }),
  refusalSchema,
]);
export type BatchLine = z.infer<typeof batchLineSchema>;

/** `overread analyze --lines FILE --json`: the sum of this run. */
export const batchReportSchema = z.object({
  lines: z.string(),
  shard: z.object({ index: z.int().positive(), of: z.int().positive() }),
  /** Files of this shard that were met. */
  files: z.int().nonnegative(),
  /** Of those, in the file already when the run began. */
  before: z.int().nonnegative(),
  /** Written by this run. */
  written: z.int().nonnegative(),
  /** Results of this run by their end; one a file and model. */
  completed: z.int().nonnegative(),
  abstained: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  refused: z.int().nonnegative(),
  seconds: z.number().nonnegative(),
});
export type BatchReport = z.infer<typeof batchReportSchema>;

export interface Shard {
  /** 1-based. */
  readonly index: number;
  readonly of: number;
}
