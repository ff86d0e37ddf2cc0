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
  kind: z.literal('import'),
  title: z.string(),
  state: jobStateSchema,
  done: z.int().nonnegative(),
  /** Null while the number is not known yet. */
  total: z.int().nonnegative().nullable(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  report: importReportSchema.nullable(),
  error: z.object({ type: z.string(), code: z.string(), message: z.string() }).nullable(),
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
]);
export type WindowEvent = z.infer<typeof windowEventSchema>;
