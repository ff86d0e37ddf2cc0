/**
 * The moment, at or before `now`, at which the last daily backup was to be made: by the clock of the place, so that 02:00 is the night's, over
 * changes to summer time too.
 *
 * @param at 'HH:MM'.
 */
export function lastDue(at: string, now: Date): Date {
  const [hours = 0, minutes = 0] = at.split(':').map(Number);
  const due = new Date(now.getFullYear(), now.getMonth(), now.getDate(), hours, minutes);
  if (due > now) due.setDate(due.getDate() - 1);
  return due;
}

/** Between a failed attempt and the next. */
const RETRY_MS = 3_600_000;

/**
 * Whether a backup is due: the newest is from before the last moment at which one was to be made. So a machine that was off at night makes it
 * when it is on again, and one that failed is tried again after an hour.
 *
 * @param newest When the newest whole one was made, ISO 8601; null: there is none.
 * @param failedAt When the last attempt failed, ms since 1970; null: it did not.
 */
export function isBackupDue(at: string, newest: string | null, failedAt: number | null, now: Date): boolean {
  if (failedAt !== null && now.getTime() - failedAt < RETRY_MS) return false;
  return newest === null || Date.parse(newest) < lastDue(at, now).getTime();
}
