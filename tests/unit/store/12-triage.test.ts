import Database from 'better-sqlite3';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { InferenceRecord } from '../../../electron/shared/analysis.ts';
import type { Store } from '../../../electron/shared/ports.ts';
import { COMMITTED, storeOne, temporaryFolder, temporaryStore } from './parts.ts';

const uidOf = (n: number): string => `1.2.3.${n}`;

function storeStudy(store: Store, n: number): string {
  const uid = uidOf(n);
  return storeOne(
    store,
    { studyInstanceUID: uid, seriesInstanceUID: `${uid}.1`, sopInstanceUID: `${uid}.1.1` },
    `study ${n}`,
  );
}

/** A result with findings of these scores; those from 0.5 on reach the balanced point. */
function result(
  store: Store,
  study: string,
  scores: readonly number[],
  model = 'm',
  id = crypto.randomUUID(),
): string {
  const findings = scores.map((score, index) => ({
    id: `a${index}`,
    label: `label ${index}`,
    score,
    operatingPoint: score >= 0.5 ? 'balanced' : 'high-sensitivity',
  }));
  const record = {
    recordId: id,
    studyInstanceUID: study,
    createdAt: '2026-01-01T00:00:00.000Z',
    model: { id: model, version: '1.0.0' },
    result: { findings },
  };
  store.results.save(record as unknown as InferenceRecord, [], []);
  return id;
}

const order = (store: Store, reader: string, limit = 9, after: string | null = null) =>
  store.triage
    .list(reader, limit, after)
    .rows.map(({ study, findings }) => [
      Number(study.studyInstanceUID.split('.').at(-1)),
      findings.map(({ modelId, score }) => `${modelId} ${score}`).join(', '),
    ]);

describe('triage', () => {
  test('has what is positive first, each part newest first, with the highest of each model', () => {
    const store = temporaryStore();
    const reader = store.readers.create('Ada').id;
    const studies = [1, 2, 3, 4, 5].map((n) => storeStudy(store, n));
    result(store, studies[0] ?? '', [0.6, 0.9, 0.2]);
    result(store, studies[0] ?? '', [0.7], 'n');
    result(store, studies[2] ?? '', [0.55]);
    // Below the balanced point, and nothing found at all.
    result(store, studies[3] ?? '', [0.4]);
    result(store, studies[4] ?? '', []);
    expect(order(store, reader)).toEqual([
      [3, 'm 0.55'],
      [1, 'm 0.9, n 0.7'],
      [5, ''],
      [4, ''],
      [2, ''],
    ]);
    expect(store.triage.list(reader, 1, null)).toMatchObject({ positives: 2, positivesIsMinimum: false });
    expect(store.triage.list(reader, 9, null).rows[1]?.findings[0]?.label).toBe('label 1');
    // Page by page it is the same list.
    const paged: unknown[] = [];
    for (let after: string | null = null; ; ) {
      const page = store.triage.list(reader, 2, after);
      paged.push(...page.rows.map(({ study }) => Number(study.studyInstanceUID.split('.').at(-1))));
      if (page.next === undefined) break;
      after = page.next;
    }
    expect(paged).toEqual([3, 1, 5, 4, 2]);
  });

  test('goes by each model’s newest result, and by none from before other facts were stated', () => {
    const store = temporaryStore();
    const reader = store.readers.create('Ada').id;
    const [one, two] = [storeStudy(store, 1), storeStudy(store, 2)];
    result(store, one, [0.9]);
    result(store, one, [0.1]);
    result(store, two, [0.1]);
    result(store, two, [0.8]);
    expect(order(store, reader)).toEqual([
      [2, 'm 0.8'],
      [1, ''],
    ]);
    store.studies.state(two, { bodyPart: 'CHEST' }, reader);
    expect(order(store, reader)).toEqual([
      [2, ''],
      [1, ''],
    ]);
    expect(store.triage.shows(two, reader)).toEqual([]);
  });

  test('holds what this reader has not committed', () => {
    const store = temporaryStore();
    const [ada, bo] = [store.readers.create('Ada').id, store.readers.create('Bo').id];
    const study = storeStudy(store, 1);
    const record = result(store, study, [0.9]);
    expect(store.triage.shows(study, ada)).toEqual([record]);
    store.reads.commit(store.reads.begin(study, ada).id, COMMITTED);
    expect(order(store, ada)).toEqual([]);
    expect(store.triage.shows(study, ada)).toEqual([]);
    expect(order(store, bo)).toEqual([[1, 'm 0.9']]);
    store.studies.remove(study, ada);
    expect(order(store, bo)).toEqual([]);
  });

  test('knows the results of a folder from before', () => {
    const directory = join(temporaryFolder(), 'data');
    const store = temporaryStore(directory);
    const reader = store.readers.create('Ada').id;
    result(store, storeStudy(store, 1), [0.3, 0.6, 0.9]);
    result(store, storeStudy(store, 2), [0.1]);
    const before = order(store, reader);
    store.close();
    const database = new Database(join(directory, 'overread.db'));
    database.exec(`
      DROP VIEW positives; DROP TABLE positive_results; DROP TRIGGER results_that_are_positive;
      DROP VIEW consensus_of; DROP TABLE consensus_signatures; DROP TABLE consensuses;
      DELETE FROM migrations WHERE id = 23;`);
    database.close();
    const opened = temporaryStore(directory);
    expect(order(opened, reader)).toEqual(before);
    expect(opened.triage.list(reader, 1, null).rows[0]?.findings[0]?.label).toBe('label 2');
  });
});
