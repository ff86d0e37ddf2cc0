import type { NewReferral, NewReferralStep, ReferralRepository } from '../shared/peer-ports.ts';
import type { Referral, ReferralState, ReferralStep } from '../shared/referral.ts';
import type { Connection } from './connection.ts';
import { digestOfWritten, REFERRAL_STEPS, REFERRALS } from './row-digests.ts';

interface Row extends Pick<Referral, 'id' | 'ask' | 'reason' | 'words' | 'state'> {
  study_uid: string;
  read_id: string;
  from_reader: string;
  from_name: string;
  to_reader: string | null;
  to_name: string | null;
  about_item: string | null;
  about_words: string | null;
  created_at: string;
  taken_by: string | null;
  taken_name: string | null;
}

interface StepRow extends Pick<ReferralStep, 'kind' | 'stance' | 'words' | 'at'> {
  reader_id: string;
  name: string;
}

const SELECT = `
  SELECT referrals.*, studies.uid AS study_uid, asker.name AS from_name, asked.name AS to_name, taker.name AS taken_name
  FROM referrals JOIN studies ON studies.id = referrals.study_id JOIN readers AS asker ON asker.id = from_reader
  LEFT JOIN readers AS asked ON asked.id = to_reader LEFT JOIN readers AS taker ON taker.id = taken_by`;

function person(id: string | null, name: string | null): { id: string; name: string } | null {
  return id === null ? null : { id, name: name ?? '' };
}

/** What readers ask each other about a study. Triggers keep what was asked and done as it was written. */
export class SqlReferralRepository implements ReferralRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  of(studyInstanceUID: string): Referral[] {
    return this.#connection
      .prepare<[string], Row>(
        `${SELECT} WHERE studies.uid = ? ORDER BY referrals.created_at, referrals.rowid`,
      )
      .all(studyInstanceUID)
      .map((row) => this.#referralOf(row));
  }

  every(limit: number): (Referral & { readonly studyInstanceUID: string })[] {
    return this.#connection
      .prepare<[number], Row>(`${SELECT} ORDER BY referrals.created_at DESC, referrals.rowid DESC LIMIT ?`)
      .all(limit)
      .map((row) => ({ studyInstanceUID: row.study_uid, ...this.#referralOf(row) }));
  }

  add(referral: NewReferral): string {
    const { id, studyInstanceUID, readId, fromReader, toReader, ask, about, reason, words, createdAt } =
      referral;
    const written = this.#connection
      .prepare(
        `INSERT INTO referrals (id, study_id, read_id, from_reader, to_reader, ask, about_item, about_words, reason, words, created_at, state)
         SELECT ?, studies.id, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open' FROM studies WHERE uid = ?`,
      )
      .run(
        id,
        readId,
        fromReader,
        toReader,
        ask,
        about?.itemId ?? null,
        about?.words ?? null,
        reason,
        words,
        createdAt,
        studyInstanceUID,
      );
    return digestOfWritten(this.#connection, REFERRALS, written);
  }

  addStep(referralId: string, step: NewReferralStep, state: ReferralState, takenBy: string | null): string {
    const { readerId, kind, stance, words, at } = step;
    return this.#connection.transaction(() => {
      const written = this.#connection
        .prepare(
          'INSERT INTO referral_steps (referral_id, reader_id, kind, stance, words, at) VALUES (?, ?, ?, ?, ?, ?)',
        )
        .run(referralId, readerId, kind, stance, words, at);
      this.#connection
        .prepare('UPDATE referrals SET state = ?, taken_by = ? WHERE id = ?')
        .run(state, takenBy, referralId);
      return digestOfWritten(this.#connection, REFERRAL_STEPS, written);
    });
  }

  asksIndependent(studyInstanceUID: string, readerId: string): boolean {
    const found = this.#connection
      .prepare<[string, string], object>(
        `SELECT 1 FROM referrals JOIN studies ON studies.id = referrals.study_id
         WHERE uid = ? AND ask = 'independent' AND state IN ('open', 'accepted') AND coalesce(taken_by, to_reader) = ? LIMIT 1`,
      )
      .get(studyInstanceUID, readerId);
    return found !== undefined;
  }

  #referralOf(row: Row): Referral {
    const steps = this.#connection
      .prepare<[string], StepRow>(
        `SELECT referral_steps.*, readers.name FROM referral_steps JOIN readers ON readers.id = reader_id
         WHERE referral_id = ? ORDER BY referral_steps.id`,
      )
      .all(row.id);
    return {
      id: row.id,
      readId: row.read_id,
      from: { id: row.from_reader, name: row.from_name },
      to: person(row.to_reader, row.to_name),
      ask: row.ask,
      about: row.about_item === null ? null : { itemId: row.about_item, words: row.about_words ?? '' },
      reason: row.reason,
      words: row.words,
      createdAt: row.created_at,
      state: row.state,
      takenBy: person(row.taken_by, row.taken_name),
      steps: steps.map(({ kind, reader_id, name, stance, words, at }) => ({
        kind,
        by: { id: reader_id, name },
        stance,
        words,
        at,
      })),
    };
  }
}
