import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../../electron/shared/ports.ts';
import { searchText } from '../../../electron/store/search-text.ts';
import { storeOne, temporaryStore } from './parts.ts';

function found(store: Store, query: string): string[] {
  return store.studies
    .list({ query, limit: 99, offset: 0, readerId: null })
    .rows.map(({ studyInstanceUID }) => studyInstanceUID)
    .toSorted();
}

function study(store: Store, uid: string, changes: Parameters<typeof storeOne>[1]): void {
  storeOne(
    store,
    { studyInstanceUID: uid, seriesInstanceUID: `${uid}.1`, sopInstanceUID: `${uid}.1.1`, ...changes },
    uid,
  );
}

describe('the worklist', () => {
  it('finds by any words of name, ID, accession number and description', () => {
    const store = temporaryStore();
    study(store, '1.1', { patientName: 'MÜLLER^ANNA', patientID: 'X-77', accessionNumber: 'ACC1' });
    study(store, '1.2', { patientName: '山田^太郎', studyDescription: 'CT 100% "quoted" chest' });
    study(store, '1.3', { patientName: 'Li^Bo', patientID: 'X-78' });
    expect(found(store, 'anna muller')).toEqual(['1.1']);
    expect(found(store, 'x-7')).toEqual(['1.1', '1.3']);
    expect(found(store, 'li')).toEqual(['1.3']);
    expect(found(store, '太郎')).toEqual(['1.2']);
    expect(found(store, '100% "quoted"')).toEqual(['1.2']);
    expect(found(store, 'anna OR li')).toEqual([]);
    expect(found(store, '  ')).toEqual(['1.1', '1.2', '1.3']);
    expect(found(store, '%')).toEqual(['1.2']);
  });

  it('gives pages, newest received first, and how many there are', () => {
    const store = temporaryStore();
    for (let i = 1; i <= 5; i++) study(store, `1.${i}`, {});
    const page = store.studies.list({ limit: 2, offset: 1, readerId: null });
    expect(page.total).toBe(5);
    expect(page.rows.map(({ studyInstanceUID }) => studyInstanceUID)).toEqual(['1.4', '1.3']);
  });

  it('adds a later series to its study and refuses a series of two studies', () => {
    const store = temporaryStore();
    study(store, '1.1', { modality: 'CT' });
    storeOne(
      store,
      { studyInstanceUID: '1.1', seriesInstanceUID: '1.1.2', sopInstanceUID: '1.1.2.1', modality: 'SR' },
      'report',
    );
    expect(store.studies.detail('1.1', null)).toMatchObject({ series: 2, instances: 2, modality: 'CT\\SR' });
    study(store, '1.2', { seriesInstanceUID: '1.1.2' });
    expect(store.studies.has('1.2')).toBe(false);
  });

  it('answers quickly at 20,000 studies', () => {
    const store = temporaryStore();
    const reader = store.readers.create('Dr One').id;
    const database = new Database(join(store.directory, 'overread.db'));
    const insert = database.prepare(
      `INSERT INTO studies (uid, patient_name, patient_id, sex, age, birth_date, accession_number, modality, description, study_date,
         study_time, series_count, instance_count, received_at, stated, flags, search)
       VALUES (?, ?, ?, '', NULL, '', ?, 'CT', 'CT chest', '', '', 1, 1, ?, '{}', '[]', ?)`,
    );
    database.transaction(() => {
      for (let i = 0; i < 20_000; i++) {
        const [name, id, accession] = [`Patient${i % 977}^Given${i % 353}`, `ID${i}`, `ACC${i}`];
        const at = new Date(1_700_000_000_000 + i * 1000).toISOString();
        insert.run(`1.${i}`, name, id, accession, at, searchText(name, id, accession, 'CT chest'));
      }
    })();
    database.close();
    const time = (query: object): number => {
      const start = performance.now();
      store.studies.list({ limit: 50, offset: 0, readerId: reader, ...query });
      return performance.now() - start;
    };
    time({});
    const slowest = Math.max(
      time({}),
      time({ query: 'id19999' }),
      time({ query: 'patient123 given45' }),
      time({ query: 'chest' }),
      time({ query: 'i9' }),
      time({ view: 'to-read' }),
    );
    // A few tens of milliseconds on a free machine; the bound leaves room for a busy one.
    expect(slowest).toBeLessThan(1500);
    expect(found(store, 'id19999')).toEqual(['1.19999']);
  });
});
