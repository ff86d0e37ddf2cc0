import * as z from 'zod';
import { importReportSchema } from './imports.ts';

export const jobStateSchema = z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']);
export type JobState = z.infer<typeof jobStateSchema>;

/**
 * Long work that a person started from the window and can watch or cancel. Work of a model is never
 * listed here: its timing alone would tell a blind reader something.
 */
export const jobSchema = z.object({
  id: z.string(),
  kind: z.enum(['import', 'backup', 'restore']),
  title: z.string(),
  state: jobStateSchema,
  /** Files of an import; per cent of a backup and a restore, whose files nobody may count before the commit. */
  done: z.int().nonnegative(),
  /** Null while the number is not known yet. */
  total: z.int().nonnegative().nullable(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  report: importReportSchema.nullable(),
  /** How a backup or a restore ended, in words; null while it runs, and for imports. */
  outcome: z.string().nullable(),
  error: z.object({ type: z.string(), code: z.string(), message: z.string() }).nullable(),
  /** It failed, was cancelled or was cut short, and what it worked on lies where it lay: it can be started again. */
  again: z.boolean(),
});
export type Job = z.infer<typeof jobSchema>;

/** One line of the window's NDJSON event stream. */
export const windowEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello') }),
  z.object({ type: z.literal('job'), job: jobSchema }),
  z.object({ type: z.literal('session-changed') }),
  z.object({ type: z.literal('studies-changed') }),
  z.object({ type: z.literal('refusals-changed') }),
  z.object({ type: z.literal('study-changed'), studyInstanceUID: z.string() }),
  /** The self-test or a watched folder is in another state. */
  z.object({ type: z.literal('activity-changed') }),
  /** A model's work on a study is in another state: sent to a reader who has committed a read of it, and to nobody else. */
  z.object({ type: z.literal('analysis-changed'), studyInstanceUID: z.string() }),
]);
export type WindowEvent = z.infer<typeof windowEventSchema>;
