import type { ReferralState } from '../shared/referral.ts';
import type { StudySummary } from '../shared/study.ts';
import type { Connection } from './connection.ts';

type Marks = Pick<StudySummary, 'referredToMe' | 'referred'>;

/**
 * How referrals of these studies stand for a reader, by row id: that one waits for them, and their own newest. Nothing of it tells who
 * refers, or why: the reader may not have committed.
 */
export function referralMarks(
  database: Connection['database'],
  ids: readonly number[],
  readerId: string | null,
): ReadonlyMap<number, Marks> {
  const found = new Map<number, Marks>();
  if (ids.length === 0 || readerId === null) return found;
  const asked = { reader: readerId, ids: JSON.stringify(ids) };
  const toMe = database
    .prepare<unknown[], number>(
      `SELECT study_id FROM referred_to WHERE reader_id = @reader AND study_id IN (SELECT value FROM json_each(@ids))`,
    )
    .pluck()
    .all(asked);
  for (const study of toMe) found.set(study, { referredToMe: true });
  const mine = database
    .prepare<unknown[], { study: number; state: Exclude<ReferralState, 'withdrawn'> }>(
      `SELECT study_id AS study, state FROM referrals
       WHERE from_reader = @reader AND state <> 'withdrawn' AND study_id IN (SELECT value FROM json_each(@ids))
       ORDER BY created_at, rowid`,
    )
    .all(asked);
  for (const { study, state } of mine) found.set(study, { ...found.get(study), referred: state });
  return found;
}
