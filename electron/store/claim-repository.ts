import { randomUUID } from 'node:crypto';
import type { Claim, ClaimRepository } from '../shared/ports.ts';
import { CLAIM_IDLE_MINUTES } from '../shared/worklist.ts';
import type { Connection } from './connection.ts';

/** A claim without activity since this instant has ended, whether or not it was cleared yet. */
function idleSince(now: string): string {
  return new Date(Date.parse(now) - CLAIM_IDLE_MINUTES * 60_000).toISOString();
}

const COLUMNS = `claims.id, uid AS studyInstanceUID, claims.reader_id AS readerId, readers.name AS readerName, since`;
const TABLES =
  'claims JOIN studies ON studies.id = claims.study_id JOIN readers ON readers.id = claims.reader_id';

/** Which reader has which study open. */
export class SqlClaimRepository implements ClaimRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  of(studyInstanceUID: string): Claim[] {
    return this.#connection
      .prepare<[string, string], Claim>(
        `SELECT ${COLUMNS} FROM ${TABLES} WHERE uid = ? AND active_at > ? ORDER BY since, claims.reader_id`,
      )
      .all(studyInstanceUID, idleSince(this.#connection.clock.now()));
  }

  idle(): Claim[] {
    return this.#connection
      .prepare<[string], Claim>(`SELECT ${COLUMNS} FROM ${TABLES} WHERE active_at <= ? ORDER BY since`)
      .all(idleSince(this.#connection.clock.now()));
  }

  all(): Claim[] {
    return this.#connection.prepare<[], Claim>(`SELECT ${COLUMNS} FROM ${TABLES} ORDER BY since`).all();
  }

  begin(studyInstanceUID: string, readerId: string): string {
    const id = randomUUID();
    const now = this.#connection.clock.now();
    this.#connection
      .prepare(
        `INSERT INTO claims (study_id, reader_id, id, since, active_at)
         SELECT studies.id, ?, ?, ?, ? FROM studies WHERE uid = ?
         ON CONFLICT (study_id, reader_id) DO UPDATE SET id = excluded.id, active_at = excluded.active_at`,
      )
      .run(readerId, id, now, now, studyInstanceUID);
    return id;
  }

  touch(claimId: string): void {
    this.#connection
      .prepare('UPDATE claims SET active_at = ? WHERE id = ?')
      .run(this.#connection.clock.now(), claimId);
  }

  end(claimId: string): void {
    this.#connection.prepare('DELETE FROM claims WHERE id = ?').run(claimId);
  }
}

/**
 * What a reader is told of others' claims on these studies, by row id. Before the reader's own commit of the study it is told that there is
 * one, and no more: who reads it and since when would say that there is a read, and whose.
 */
export function othersClaims(
  database: Connection['database'],
  ids: readonly number[],
  readerId: string | null,
  now: string,
): ReadonlyMap<number, { by: string | null; since: string | null }> {
  if (ids.length === 0 || readerId === null) return new Map();
  const rows = database
    .prepare<unknown[], { study: number; by: string; since: string; committed: 0 | 1 }>(
      `SELECT claims.study_id AS study, readers.name AS by, since,
         EXISTS (SELECT 1 FROM standings WHERE standings.study_id = claims.study_id AND standings.reader_id = @reader
           AND standing >= 2) AS committed
       FROM claims JOIN readers ON readers.id = claims.reader_id
       WHERE active_at > @idle AND claims.reader_id <> @reader
         AND claims.study_id IN (SELECT value FROM json_each(@ids))
       ORDER BY since DESC`,
    )
    .all({ reader: readerId, idle: idleSince(now), ids: JSON.stringify(ids) });
  return new Map(
    rows.map(({ study, by, since, committed }) => [
      study,
      committed === 1 ? { by, since } : { by: null, since: null },
    ]),
  );
}
