import * as z from 'zod';

/** By how much a value of the network or a score may differ in a replay (as the goldens of packs). */
export const REPLAY_TOLERANCE = 1e-3;

export const replayDifferenceSchema = z.object({
  /** What differs, in words. */
  where: z.string(),
  recorded: z.string(),
  now: z.string(),
});
export type ReplayDifference = z.infer<typeof replayDifferenceSchema>;

/** `overread replay RECORD --json`. */
export const replayReportSchema = z.object({
  recordId: z.string(),
  studyInstanceUID: z.string(),
  model: z.object({ id: z.string(), version: z.string(), sha256: z.string() }),
  /** `not-possible`: the file, the model or the record itself is no longer what it was; `reason` says which. */
  verdict: z.enum(['identical', 'within-tolerance', 'different', 'not-possible']),
  reason: z.string().nullable(),
  tolerance: z.number(),
  /** Largest absolute difference of any value. */
  largestDifference: z.number(),
  /** What differs by more than the tolerance, and where. */
  differences: z.array(replayDifferenceSchema),
  /** What this machine and build have otherwise than those of the record; no fault by itself. */
  environment: z.array(replayDifferenceSchema),
  /** What this replay cannot show, and why: a part was computed by a server. */
  limits: z.array(z.string()),
  /** False for a record of an earlier build, which kept scores but not the network's own values. */
  outputsCompared: z.boolean(),
});
export type ReplayReport = z.infer<typeof replayReportSchema>;

/** `overread replay --since TIME --json`: every record made since. */
export const replayReportsSchema = z.array(replayReportSchema);

/** `overread replay --all --json`: every record of the data folder, or of those since a time. */
export const replaySumSchema = z.object({
  /** Records that were met. */
  records: z.int().nonnegative(),
  identical: z.int().nonnegative(),
  withinTolerance: z.int().nonnegative(),
  different: z.int().nonnegative(),
  notPossible: z.int().nonnegative(),
  /** Records of runs that failed (the engine ended, say): there is no result to lay anything beside. Not run again. */
  withoutResult: z.int().nonnegative(),
  largestDifference: z.number().nonnegative(),
  seconds: z.number().nonnegative(),
  /** The first hundred that are different or not possible. */
  notGood: z.array(replayReportSchema),
});
export type ReplaySum = z.infer<typeof replaySumSchema>;
