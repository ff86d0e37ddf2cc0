import type { BackupState } from '../../../electron/shared/backup.ts';
import type { SelfTest, StudyWork, WatchedFolder } from '../../../electron/shared/activity.ts';
import type { Job } from '../../../electron/shared/job.ts';
import { count, when } from '../../ui/words.ts';

export const isUnderWay = ({ state }: Job): boolean => state === 'running' || state === 'waiting';

/** '12/200 · 6 %'; a word where there is no number yet. */
export function progressWords({ kind, state, done, total }: Job): string {
  if (state === 'waiting') return 'waiting';
  if (kind !== 'import') return `${total === null ? 0 : done} %`;
  if (total === null) return `${count(done)} files, still counting`;
  return `${count(done)}/${count(total)} · ${total === 0 ? 100 : Math.floor((100 * done) / total)} %`;
}

/** How a job stands or how it ended, without its title. */
export function jobWords(job: Job): string {
  if (isUnderWay(job)) return progressWords(job);
  if (job.state === 'failed') return `failed: ${job.error?.message ?? 'no reason was given'}`;
  if (job.state === 'cancelled') return 'cancelled';
  if (job.kind !== 'import') return job.outcome ?? 'done';
  const { imported = 0, duplicates = 0, refused = [] } = job.report ?? {};
  const parts = [`${count(imported)} imported`];
  if (duplicates > 0) parts.push(`${count(duplicates)} already here`);
  if (refused.length > 0) parts.push(`${count(refused.length)} refused`);
  return parts.join(', ');
}

export function selfTestWords({ state, done, total, at, reason }: SelfTest): string {
  const last = at === null ? '' : ` The last one ended ${when(at)}.`;
  switch (state) {
    case 'due':
      return 'starts a little after the workstation; until then models run on the CPU.';
    case 'running':
      return total === 0 ? 'has begun' : `${count(done)}/${count(total)} devices`;
    case 'held':
      return at === null ? 'is not due here.' : `done ${when(at)}; what it found is used.`;
    case 'stopped':
      return `stopped.${last}`;
    case 'failed':
      return `failed: ${reason ?? 'no reason was given'}${last}`;
  }
}

export function backupWords({ target, at, newest, problem }: BackupState): string {
  const last = newest === null ? 'there is none yet' : `the newest is of ${when(newest.createdAt)}`;
  if (problem !== null) return `the last one did not come about: ${problem} (${last})`;
  if (target === null) return 'none is made by itself: the policy says where and when.';
  return at === null ? `${last}; made when somebody asks.` : `${last}; made each day at ${at}.`;
}

export function watchedWords({ state, reason, heldBack }: WatchedFolder): string {
  if (state === 'unreadable')
    return `cannot be read: ${reason ?? 'no reason was given.'} It is tried again every few seconds.`;
  if (state === 'importing') return 'new files are being imported (below).';
  return heldBack
    ? 'watched; files of an import that was cancelled or failed are held back.'
    : 'watched; new files are imported once they have stopped changing.';
}

/** The models' work on a study in one line. */
export function studyWorkWords({ state, models }: StudyWork): string {
  if (state === 'running') return 'models are reading it';
  if (state === 'waiting') return 'waits for the models';
  const how = (['completed', 'abstained', 'failed'] as const).flatMap((status) => {
    const number = models.filter((model) => model.status === status).length;
    return number === 0 ? [] : [`${number} ${status}`];
  });
  const words = models.length === 0 ? 'no model has read it' : how.join(', ');
  return state === 'stopped' ? `stopped; ${words}` : words;
}

/** Whether somebody may ask for it anew. */
export function canReadAgain({ state, models }: StudyWork): boolean {
  if (state === 'running' || state === 'waiting') return false;
  return state === 'stopped' || models.length === 0 || models.some(({ status }) => status === 'failed');
}
