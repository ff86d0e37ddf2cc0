import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { Store, StudyQuery } from '../../../electron/shared/ports.ts';
import { migrate } from '../../../electron/store/migrate.ts';
import { migrations } from '../../../electron/store/migrations/index.ts';
import { searchText } from '../../../electron/store/search-text.ts';
import { COMMITTED, storeOne, temporaryStore } from './parts.ts';

const STUDIES = 7000;

/** Studies 1.0 (oldest) … with names that repeat; `odd` gives some of them another name. */
function filled(odd: Readonly<Record<number, string>> = {}): { store: Store; reader: string } {
  const store = temporaryStore();
  const reader = store.readers.create('Dr One').id;
  const database = new Database(join(store.directory, 'overread.db'));
  const insert = database.prepare(
    `INSERT INTO studies (uid, patient_name, patient_id, sex, age, birth_date, accession_number, modality, description, study_date,
       study_time, series_count, instance_count, received_at, stated, flags, search)
     VALUES (?, ?, '', '', NULL, '', ?, 'CT', 'CT chest', '', '', 1, 1, ?, '{}', '[]', ?)`,
  );
  database.transaction(() => {
    for (let i = 0; i < STUDIES; i++) {
      const name = odd[i] ?? `Common ${i % 7}`;
      const accession = `ACC${10_000_000 + i}`;
      const at = new Date(1_700_000_000_000 + i * 1000).toISOString();
      insert.run(`1.${i}`, name, accession, at, searchText('CT chest', accession, name));
    }
  })();
  database.close();
  return { store, reader };
}

function found(store: Store, query: string, more: Partial<StudyQuery> = {}) {
  const { rows, ...counted } = store.studies.list({ query, limit: 5, offset: 0, readerId: null, ...more });
  return { ...counted, uids: rows.map(({ studyInstanceUID }) => studyInstanceUID) };
}

describe('a search in a long worklist', () => {
  it('counts so many hits and says when there are more; pages go on after that', () => {
    const { store } = filled();
    expect(found(store, 'common')).toMatchObject({ total: 505, totalIsMinimum: true });
    expect(found(store, 'common', { offset: 6998 })).toEqual({ total: STUDIES, uids: ['1.1', '1.0'] });
    expect(found(store, 'common 3 acc10000003')).toEqual({ total: 1, uids: ['1.3'] });
  });

  it('finds one and two letters anywhere, also in the last word of the oldest study', () => {
    const { store } = filled({ 3: 'Xanthippe', 5: 'Max', 6: 'Jo Xy' });
    expect(found(store, 'x')).toEqual({ total: 3, uids: ['1.6', '1.5', '1.3'] });
    expect(found(store, 'ax')).toEqual({ total: 1, uids: ['1.5'] });
    expect(found(store, 'xy')).toEqual({ total: 1, uids: ['1.6'] });
    expect(found(store, 'xa ct')).toEqual({ total: 1, uids: ['1.3'] });
    expect(found(store, 'q')).toEqual({ total: 0, uids: [] });
  });

  it('finds a number by all of it, not by its last digits alone', () => {
    const { store } = filled({ 9: 'ACC20006999' });
    expect(found(store, 'acc10006999')).toEqual({ total: 1, uids: ['1.6999'] });
    expect(found(store, 'acc20006999')).toEqual({ total: 1, uids: ['1.9'] });
    expect(found(store, '06999').total).toBe(2);
  });

  it("finds within a reader's view as in all studies", () => {
    const { store, reader } = filled({ 4: 'Rare' });
    for (const uid of ['1.4', '1.5']) store.reads.begin(uid, reader);
    store.reads.commit(store.reads.find('1.5', reader)?.id ?? '', COMMITTED);
    const mine = { readerId: reader, view: 'mine' } as const;
    expect(found(store, 'rare', mine)).toEqual({ total: 1, uids: ['1.4'] });
    expect(found(store, 'acc1', mine)).toEqual({ total: 2, uids: ['1.5', '1.4'] });
    expect(found(store, 'rare', { ...mine, view: 'reconcile' }).total).toBe(0);
    expect(found(store, '', { ...mine, view: 'to-read' }).total).toBe(STUDIES - 1);
    expect(found(store, 'acc10000005', { ...mine, view: 'to-read' }).total).toBe(0);
  });
});

describe('the standings behind the views', () => {
  const STANDINGS = 'SELECT * FROM standings ORDER BY study_id, reader_id';
  const TRUTH = 'SELECT * FROM standing_of_reads ORDER BY study_id, reader_id';

  it('are those of the reads, whatever happens to them', () => {
    const store = temporaryStore();
    const [one, two] = [store.readers.create('Dr One').id, store.readers.create('Dr Two').id];
    for (const uid of ['1.1', '1.2'])
      storeOne(
        store,
        { studyInstanceUID: uid, seriesInstanceUID: `${uid}.1`, sopInstanceUID: `${uid}.1.1` },
        uid,
      );
    const database = new Database(join(store.directory, 'overread.db'), { readonly: true });
    const seen: number[] = [];
    const check = (): void => {
      const rows = database.prepare<[], { standing: number }>(STANDINGS).all();
      expect(rows).toEqual(database.prepare(TRUTH).all());
      seen.push(...rows.map(({ standing }) => standing));
    };
    const read = store.reads.begin('1.1', one);
    check();
    store.reads.begin('1.1', two);
    store.reads.begin('1.2', one);
    check();
    store.reads.commit(read.id, COMMITTED);
    check();
    store.reads.markFinal(read.id, '2026-01-02T03:04:05.000Z');
    check();
    store.reads.begin('1.1', one);
    check();
    store.studies.remove('1.1', 'operator');
    check();
    expect(new Set(seen)).toEqual(new Set([1, 2, 3]));
    expect(store.studies.list({ limit: 9, offset: 0, readerId: null }).total).toBe(1);
    database.close();
  });

  it('and the search index are made for a folder of an older build', () => {
    const database = new Database(':memory:');
    const clock = { now: () => '2026-01-01T00:00:00.000Z' };
    migrate(
      database,
      migrations.filter(({ id }) => id < 8),
      clock,
    );
    database.exec(`
      INSERT INTO studies VALUES (1, '1.1', 'Ax', '', '', NULL, '', '', '', '', '', '', 0, 0, 'x', '{}', '[]', 'ct ax', '', '');
      INSERT INTO readers VALUES ('r', 'Dr', '', '', '');
      INSERT INTO reads VALUES ('a', 1, 'r', 'draft', '', '', '', NULL, '', '', NULL, NULL);`);
    migrate(database, migrations, clock);
    expect(database.prepare(STANDINGS).all()).toEqual([{ reader_id: 'r', study_id: 1, standing: 1 }]);
    expect(database.prepare('SELECT studies FROM study_count').pluck().get()).toBe(1);
    expect(
      database.prepare(`SELECT rowid FROM study_search WHERE study_search MATCH '"ax "'`).pluck().all(),
    ).toEqual([1]);
    database.exec("INSERT INTO study_search (study_search) VALUES ('integrity-check')");
    database.close();
  });
});
