import { Refused } from '../shared/errors.ts';
import type { RelianceRead, RelianceRepository, RelianceRow, RelianceTimes } from '../shared/ledger-ports.ts';
import type { Connection } from './connection.ts';

type Row = {
  readonly [Key in keyof RelianceRow]: RelianceRow[Key] extends boolean | null ? number : RelianceRow[Key];
};

/** How `judged` is stored where nobody has judged. */
const NOT_JUDGED = 2;

/** Of one reader, by an index; of all for null. */
function ofReader(readerId: string | null): string {
  return readerId === null ? '' : 'WHERE reader_id = ?';
}

/** What readers made of the AI. The sums are kept by triggers beneath (migration 26). */
export class SqlRelianceRepository implements RelianceRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  replace(studyInstanceUID: string, reads: readonly RelianceRead[]): void {
    this.#connection.transaction(() => {
      const study = this.#connection
        .prepare<[string], { id: number }>('SELECT id FROM studies WHERE uid = ?')
        .get(studyInstanceUID);
      if (study === undefined)
        throw new Refused('study-unknown', 'This study is not here (any more).', { studyInstanceUID });
      this.#connection.prepare('DELETE FROM reliance_cases WHERE study_id = ?').run(study.id);
      this.#connection.prepare('DELETE FROM reliance_reads WHERE study_id = ?').run(study.id);
      for (const read of reads) this.#add(study.id, read);
    });
  }

  #add(studyId: number, { readId, readerId, month, seconds, cases }: RelianceRead): void {
    this.#connection
      .prepare(
        'INSERT INTO reliance_reads (read_id, study_id, reader_id, month, seconds) VALUES (?, ?, ?, ?, ?)',
      )
      .run(readId, studyId, readerId, month, seconds === null ? null : Math.round(seconds));
    const insert = this.#connection.prepare(
      `INSERT INTO reliance_cases (study_id, read_id, reader_id, model_id, version, label, month, ai, before, after, judged, other, blind)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    for (const one of cases) {
      const said = [one.ai, one.before, one.after].map(Number);
      const judged = one.judged === null ? NOT_JUDGED : Number(one.judged);
      const series = [one.modelId, one.version, one.label];
      insert.run(
        studyId,
        readId,
        readerId,
        ...series,
        month,
        ...said,
        judged,
        Number(one.other),
        Number(one.blind),
      );
    }
  }

  clear(): void {
    this.#connection.transaction(() => {
      for (const table of ['cases', 'counts', 'reads'])
        this.#connection.prepare(`DELETE FROM reliance_${table}`).run();
    });
  }

  rows(readerId: string | null): RelianceRow[] {
    return this.#connection
      .prepare<string[], Row>(
        `SELECT model_id AS modelId, version, label, month, ai, before, after, judged, other, blind, sum(cases) AS cases
         FROM reliance_counts ${ofReader(readerId)}
         GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 HAVING sum(cases) > 0 ORDER BY 4, 1, 2, 3, 5, 6, 7, 8, 9, 10`,
      )
      .all(...(readerId === null ? [] : [readerId]))
      .map(({ ai, before, after, judged, other, blind, ...rest }) => ({
        ...rest,
        ai: ai === 1,
        before: before === 1,
        after: after === 1,
        judged: judged === NOT_JUDGED ? null : judged === 1,
        other: other === 1,
        blind: blind === 1,
      }));
  }

  times(readerId: string | null): RelianceTimes[] {
    return this.#connection
      .prepare<string[], RelianceTimes>(
        `SELECT month, count(seconds) AS cases, coalesce(sum(seconds), 0) AS seconds FROM reliance_reads
         ${ofReader(readerId)} GROUP BY month HAVING count(seconds) > 0 ORDER BY month`,
      )
      .all(...(readerId === null ? [] : [readerId]));
  }
}
