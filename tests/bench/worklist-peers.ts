import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openStore } from '../../electron/store/open-store.ts';
import { Random } from '../fuzz/random.ts';

/** Of the results one in so many is positive, as where a model reads every radiograph of a hospital. */
const POSITIVE_EVERY = 12;

export interface Peers {
  /** Has read every positive study but the newest few hundred: the list has to go past all the others. */
  readonly diligentId: string;
  /** Has read nothing. */
  readonly newcomerId: string;
}

/** What other readers and models add to a large worklist: referrals and consensuses, most of them settled, and a result of every radiograph. */
export function fillPeers(directory: string, readerId: string): Peers {
  const store = openStore({ directory });
  const other = store.readers.create('Dr Other');
  const diligent = store.readers.create('Dr Diligent');
  const newcomer = store.readers.create('Dr Newcomer');
  store.close();
  const database = new Database(join(directory, 'overread.db'));
  database.pragma('synchronous = OFF');
  const proof = 'b'.repeat(64);
  const at = '2025-06-01T12:00:00.000Z';
  const read = database.prepare(
    `INSERT INTO reads (id, study_id, reader_id, status, content, created_at, updated_at, committed_at, frames_displayed,
       frames_not_seen, sha256, signature)
     VALUES (?, ?, ?, 'committed', '{}', ?, ?, ?, '[]', '[]', ?, ?)`,
  );
  const commit = (id: string, study: number, reader: string): void => {
    read.run(id, study, reader, at, at, at, proof, proof);
  };
  const refer = database.prepare(
    `INSERT INTO referrals (id, study_id, read_id, from_reader, to_reader, ask, reason, words, created_at, state, taken_by)
     VALUES (?, ?, ?, ?, ?, ?, 'Second opinion', '', ?, ?, ?)`,
  );
  const agree = database.prepare(
    `INSERT INTO consensuses (id, study_id, first_read, second_read, first_reader, second_reader, proposed_by, proposed_at, content, sha256, state)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, '{}', ?, ?)`,
  );
  const committed = database
    .prepare<[string], { id: string; study: number }>(
      "SELECT id, study_id AS study FROM reads WHERE reader_id = ? AND status = 'committed' ORDER BY study_id",
    )
    .all(readerId);
  const unread = database
    .prepare<[], number>('SELECT id FROM studies WHERE id % 50 = 3 ORDER BY id')
    .pluck()
    .all();
  database.transaction(() => {
    for (const [index, study] of unread.entries()) {
      commit(`other-${study}`, study, other.id);
      // One in twenty waits, a few of them for anybody.
      const state = index % 20 === 0 ? 'open' : index % 20 === 1 ? 'withdrawn' : 'answered';
      const to = index % 100 === 0 ? null : readerId;
      const ask = index % 2 === 0 ? 'independent' : 'opinion';
      const taken = state === 'answered' ? readerId : null;
      refer.run(`referral-${study}`, study, `other-${study}`, other.id, to, ask, at, state, taken);
    }
    for (const [index, { id, study }] of committed.entries()) {
      if (index % 4 !== 0) continue;
      commit(`second-${study}`, study, other.id);
      const state = index % 100 === 0 ? 'proposed' : 'agreed';
      agree.run(
        `consensus-${study}`,
        study,
        id,
        `second-${study}`,
        readerId,
        other.id,
        other.id,
        at,
        proof,
        state,
      );
    }
  })();
  fillResults(database);
  const positives = database
    .prepare<[], number>('SELECT DISTINCT study_id FROM positives ORDER BY study_id')
    .pluck()
    .all();
  database.transaction(() => {
    for (const study of positives.slice(0, -300)) commit(`diligent-${study}`, study, diligent.id);
  })();
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
  return { diligentId: diligent.id, newcomerId: newcomer.id };
}

/** A result of each radiograph, written as a run of the model writes it, so that the triggers do what they do then. */
function fillResults(database: Database.Database): void {
  const random = new Random(11);
  const insert = database.prepare(
    'INSERT INTO results (record_id, study_id, model_id, created_at, record) VALUES (?, ?, ?, ?, ?)',
  );
  const studies = database
    .prepare<[], number>("SELECT id FROM studies WHERE modality IN ('CR', 'DX', 'MG') ORDER BY id")
    .pluck()
    .all();
  database.transaction(() => {
    for (const study of studies) {
      const score = random.below(1000) / 1000;
      const positive = random.below(POSITIVE_EVERY) === 0;
      const finding = {
        id: 'f1',
        label: 'Tuberculosis',
        score,
        sopInstanceUID: `1.2.826.0.1.5.${study}.1.1`,
        frame: 0,
        box: [100, 120, 300, 340],
        operatingPoint: positive ? 'balanced' : random.below(4) === 0 ? 'high-sensitivity' : null,
      };
      const record = {
        recordId: `record-${study}`,
        model: { id: 'chest-adult', version: '0.3.0', sha256: 'c'.repeat(64) },
        result: {
          status: 'completed',
          findings: [finding],
          scores: [{ label: 'Tuberculosis', score }],
          measurements: [],
        },
      };
      insert.run(`record-${study}`, study, 'chest-adult', '2025-06-01T12:00:00.000Z', JSON.stringify(record));
    }
  })();
}
