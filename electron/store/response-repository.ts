import type { ResponseStatement, ResponseRepository } from '../shared/prior-ports.ts';
import type { Connection } from './connection.ts';
import { digestOfWritten, RESPONSE_STATEMENTS } from './row-digests.ts';

type Row = Omit<ResponseStatement, 'content' | 'afterCommit' | 'kind'> & {
  readonly kind: string;
  readonly content: string;
  readonly afterCommit: number;
};

/** Statements of response. Triggers keep them as they were written. */
export class SqlResponseRepository implements ResponseRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  statements(readerId: string): ResponseStatement[] {
    return this.#connection
      .prepare<[string], Row>(
        `SELECT said.id, own.uid AS studyInstanceUID, read_id AS readId, baseline.uid AS baselineStudyInstanceUID,
           baseline_read_id AS baselineReadId, reader_id AS readerId, kind, content, undoes, after_commit AS afterCommit, reason, at
         FROM response_statements AS said JOIN studies AS own ON own.id = study_id
           JOIN studies AS baseline ON baseline.id = baseline_study_id
         WHERE reader_id = ? ORDER BY said.rowid`,
      )
      .all(readerId)
      .map(
        ({ content, afterCommit, ...row }) =>
          ({ ...row, content: JSON.parse(content), afterCommit: afterCommit === 1 }) as ResponseStatement,
      );
  }

  add(said: ResponseStatement): string {
    const written = this.#connection
      .prepare(
        `INSERT INTO response_statements (id, study_id, read_id, baseline_study_id, baseline_read_id, reader_id, kind, content, undoes,
           after_commit, reason, at)
         SELECT ?, own.id, ?, baseline.id, ?, ?, ?, ?, ?, ?, ?, ? FROM studies AS own, studies AS baseline
         WHERE own.uid = ? AND baseline.uid = ?`,
      )
      .run(
        said.id,
        said.readId,
        said.baselineReadId,
        said.readerId,
        said.kind,
        JSON.stringify(said.content),
        said.undoes,
        said.afterCommit ? 1 : 0,
        said.reason,
        said.at,
        said.studyInstanceUID,
        said.baselineStudyInstanceUID,
      );
    return digestOfWritten(this.#connection, RESPONSE_STATEMENTS, written);
  }
}
