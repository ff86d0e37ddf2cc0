import type { ConsensusState } from '../shared/consensus.ts';
import type { ReferralState } from '../shared/referral.ts';
import type { StudySummary } from '../shared/study.ts';
import type { Connection } from './connection.ts';

type Marks = Pick<StudySummary, 'referredToMe' | 'referred' | 'consensus'>;

const STANDS: Readonly<Record<ConsensusState, StudySummary['consensus']>> = {
  proposed: 'proposed',
  agreed: 'agreed',
  'no-consensus': 'no-consensus',
  withdrawn: undefined,
  replaced: undefined,
};

/**
 * What waits between a reader and others of these studies, by row id: that a referral waits for them, how their own newest referral and
 * their newest consensus stand. Nothing of it tells who, or why: the reader may not have committed.
 */
export function peerMarks(
  database: Connection['database'],
  ids: readonly number[],
  readerId: string | null,
): ReadonlyMap<number, Marks> {
  const found = new Map<number, Marks>();
  if (ids.length === 0 || readerId === null) return found;
  const asked = { reader: readerId, ids: JSON.stringify(ids) };
  const among = 'study_id IN (SELECT value FROM json_each(@ids))';
  const mark = (study: number, marks: Marks): void => {
    found.set(study, { ...found.get(study), ...marks });
  };
  const toMe = database
    .prepare<unknown[], number>(`SELECT study_id FROM referred_to WHERE reader_id = @reader AND ${among}`)
    .pluck()
    .all(asked);
  for (const study of toMe) mark(study, { referredToMe: true });
  const mine = database
    .prepare<unknown[], { study: number; state: Exclude<ReferralState, 'withdrawn'> }>(
      `SELECT study_id AS study, state FROM referrals
       WHERE from_reader = @reader AND state <> 'withdrawn' AND ${among} ORDER BY created_at, rowid`,
    )
    .all(asked);
  for (const { study, state } of mine) mark(study, { referred: state });
  const together = database
    .prepare<unknown[], { study: number; state: ConsensusState; own: 0 | 1 }>(
      `SELECT study_id AS study, state, proposed_by = @reader AS own FROM consensuses
       WHERE (first_reader = @reader OR second_reader = @reader) AND ${among} ORDER BY rowid`,
    )
    .all(asked);
  for (const { study, state, own } of together) {
    const stands = state === 'proposed' && own === 0 ? 'to-sign' : STANDS[state];
    if (stands !== undefined) mark(study, { consensus: stands });
  }
  return found;
}
