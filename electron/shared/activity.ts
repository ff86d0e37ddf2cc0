import * as z from 'zod';
import { backupStateSchema } from './backup.ts';
import { modelResultSchema } from './analysis.ts';
import { uidSchema } from './study.ts';

/** What one model did with a study. */
export const modelWorkSchema = z.object({
  model: modelResultSchema.shape.model,
  status: modelResultSchema.shape.status,
  reason: modelResultSchema.shape.reason,
  device: z.string().nullable(),
  /** Why another device than the one asked for did the work; null where it did not. */
  fallback: z.string().nullable(),
  seconds: z.number().nonnegative(),
  endedAt: z.string(),
});
export type ModelWork = z.infer<typeof modelWorkSchema>;

/** The models' work on one study, as its reader sees it after the commit. */
export const studyWorkSchema = z.object({
  studyInstanceUID: uidSchema,
  patientName: z.string(),
  description: z.string(),
  /** `idle`: nothing runs and nothing waits. `stopped`: a reader stopped it, and nothing was read since. */
  state: z.enum(['running', 'waiting', 'idle', 'stopped']),
  models: z.array(modelWorkSchema),
});
export type StudyWork = z.infer<typeof studyWorkSchema>;

/** The self-test of devices. It runs on the models' own golden cases and says nothing of any study. */
export const selfTestSchema = z.object({
  /** `due`: it starts a little after the workstation. `held`: what the last one found holds here. */
  state: z.enum(['due', 'running', 'held', 'failed', 'stopped']),
  done: z.int().nonnegative(),
  total: z.int().nonnegative(),
  /** Of the last one that came to its end; null where there was none. */
  at: z.string().nullable(),
  reason: z.string().nullable(),
});
export type SelfTest = z.infer<typeof selfTestSchema>;

export const watchedFolderSchema = z.object({
  folder: z.string(),
  state: z.enum(['watching', 'importing', 'unreadable']),
  /** Why it cannot be read; null where it can. */
  reason: z.string().nullable(),
  /** Files of a cancelled or failed import wait here. */
  heldBack: z.boolean(),
});
export type WatchedFolder = z.infer<typeof watchedFolderSchema>;

/**
 * All that runs in the workstation beside the imports (`GET /api/jobs`). Of the models' work it holds studies that the reader at the
 * screen has committed, and nothing at all of others: not a number, not a word, not an order.
 */
export const activitySchema = z.object({
  /** Whether models read new studies by themselves (policy), else a study is read when it is opened. The same whatever they did. */
  background: z.boolean(),
  selfTest: selfTestSchema,
  watched: z.array(watchedFolderSchema),
  backup: backupStateSchema,
  /** Newest commit first. */
  studies: z.array(studyWorkSchema),
});
export type Activity = z.infer<typeof activitySchema>;
