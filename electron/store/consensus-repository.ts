import type { ConsensusRepository } from '../shared/peer-ports.ts';
import {
  type Consensus,
  type ConsensusContent,
  type ConsensusSignature,
  type ConsensusState,
} from '../shared/consensus.ts';
import type { Connection } from './connection.ts';
import { CONSENSUS_SIGNATURES, CONSENSUSES, digestOfWritten } from './row-digests.ts';

interface Row {
  readonly id: string;
  readonly content: string;
  readonly sha256: string;
  readonly state: ConsensusState;
}

/** What two readers hold together. Triggers keep what was signed as it was. */
export class SqlConsensusRepository implements ConsensusRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  of(studyInstanceUID: string): Consensus[] {
    return this.#connection
      .prepare<[string], Row>(
        `SELECT consensuses.id, content, sha256, state FROM consensuses JOIN studies ON studies.id = study_id
         WHERE uid = ? ORDER BY consensuses.rowid`,
      )
      .all(studyInstanceUID)
      .map((row) => this.#consensusOf(row));
  }

  *every(): Generator<Consensus> {
    const page = this.#connection.database.prepare<[number], Row & { row: number }>(
      'SELECT rowid AS row, id, content, sha256, state FROM consensuses WHERE rowid > ? ORDER BY rowid LIMIT 100',
    );
    for (let after = 0; ; ) {
      const rows = page.all(after);
      for (const row of rows) {
        after = row.row;
        yield this.#consensusOf(row);
      }
      if (rows.length < 100) return;
    }
  }

  add(content: ConsensusContent, sha256: string, state: 'proposed' | 'no-consensus'): string {
    const { id, studyInstanceUID, first, second, proposedBy, proposedAt } = content;
    const written = this.#connection
      .prepare(
        `INSERT INTO consensuses (id, study_id, first_read, second_read, first_reader, second_reader, proposed_by, proposed_at, content, sha256, state)
         SELECT ?, studies.id, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM studies WHERE uid = ?`,
      )
      .run(
        id,
        first.readId,
        second.readId,
        first.readerId,
        second.readerId,
        proposedBy,
        proposedAt,
        JSON.stringify(content),
        sha256,
        state,
        studyInstanceUID,
      );
    return digestOfWritten(this.#connection, CONSENSUSES, written);
  }

  sign(consensusId: string, signed: Omit<ConsensusSignature, 'readerName'>): string {
    const { readerId, decision, words, at, signature } = signed;
    const written = this.#connection
      .prepare(
        'INSERT INTO consensus_signatures (consensus_id, reader_id, decision, words, at, signature) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(consensusId, readerId, decision, words, at, signature);
    return digestOfWritten(this.#connection, CONSENSUS_SIGNATURES, written);
  }

  setState(consensusId: string, state: ConsensusState): void {
    this.#connection.prepare('UPDATE consensuses SET state = ? WHERE id = ?').run(state, consensusId);
  }

  audited(): ReturnType<ConsensusRepository['audited']> {
    return this.#connection
      .prepare<[], ReturnType<ConsensusRepository['audited']>[number]>(
        `SELECT study_uid AS studyInstanceUID, json_extract(detail, '$.sha256') AS sha256, actor AS readerId,
           CASE action WHEN 'consensus-propose' THEN 'propose' WHEN 'consensus-agree' THEN 'agree'
             WHEN 'consensus-withdraw' THEN 'withdraw' ELSE 'no-consensus' END AS decision
         FROM audit WHERE action IN ('consensus-propose', 'consensus-agree', 'consensus-none', 'consensus-withdraw')
           AND study_uid IN (SELECT uid FROM studies)`,
      )
      .all();
  }

  #consensusOf({ id, content, sha256, state }: Row): Consensus {
    const signatures = this.#connection
      .prepare<[string], ConsensusSignature>(
        `SELECT reader_id AS readerId, readers.name AS readerName, decision, words, at, signature
         FROM consensus_signatures JOIN readers ON readers.id = reader_id WHERE consensus_id = ? ORDER BY consensus_signatures.id`,
      )
      .all(id);
    return { ...(JSON.parse(content) as ConsensusContent), sha256, state, signatures };
  }
}
