import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { identityOfCopy } from '../../../electron/store/conflicting-copy.ts';
import { migrate } from '../../../electron/store/migrate.ts';
import { migrations } from '../../../electron/store/migrations/index.ts';
import { openStore } from '../../../electron/store/open-store.ts';
import { COMMITTED, header, stage, temporaryFolder, temporaryStore } from './parts.ts';

const clock = { now: () => '2026-01-01T00:00:00.000Z' };

/** A data folder as the version before this migration left it: one CT, one report, one capture; the captures of another study are plain images. */
function oldFolder(): string {
  const directory = join(temporaryFolder(), 'data');
  openStore({ directory }).close();
  // The folder stays as it was made, and has a database of that version.
  for (const name of readdirSync(directory).filter((one) => one.startsWith('overread.db')))
    rmSync(join(directory, name));
  const database = new Database(join(directory, 'overread.db'));
  migrate(database, migrations.slice(0, 6), clock);
  const study = database.prepare(
    `INSERT INTO studies (uid, patient_name, patient_id, sex, age, birth_date, accession_number, modality, description,
       study_date, study_time, series_count, instance_count, received_at, stated, flags, search)
     VALUES (?, 'DOE', 'P', '', NULL, '', '', ?, '', '', '', ?, ?, '2026', ?, '[]', 'doe p')`,
  );
  study.run('1.1', 'CT\\SEG\\SR', 3, 4, '{}');
  study.run('1.2', 'DX', 1, 1, '{"modality":"DX"}');
  const series = database.prepare(
    `INSERT INTO series (uid, study_id, number, modality, body_part, description) VALUES (?, ?, NULL, ?, '', '')`,
  );
  series.run('1.1.1', 1, 'CT');
  series.run('1.1.2', 1, 'SR');
  series.run('1.1.3', 1, 'SEG');
  series.run('1.2.1', 2, 'DX');
  database.prepare(`INSERT INTO blobs (sha256, bytes) VALUES (?, 1)`).run('a'.repeat(64));
  const instance = database.prepare(
    `INSERT INTO instances (uid, study_id, series_id, sha256, header) VALUES (?, ?, ?, ?, ?)`,
  );
  const put = (uid: string, of: number, inSeries: number, kind: string, sopClassUID: string): unknown =>
    instance.run(
      uid,
      of,
      inSeries,
      'a'.repeat(64),
      JSON.stringify(header({ sopInstanceUID: uid, kind, sopClassUID })),
    );
  put('1.1.1.1', 1, 1, 'Image', '1.2.840.10008.5.1.4.1.1.2');
  put('1.1.1.2', 1, 1, 'Image', '1.2.840.10008.5.1.4.1.1.7');
  put('1.1.2.1', 1, 2, 'Structured report', '1.2.840.10008.5.1.4.1.1.88.11');
  put('1.1.3.1', 1, 3, 'Segmentation', '1.2.840.10008.5.1.4.1.1.66.4');
  put('1.2.1.1', 2, 4, 'Image', '1.2.840.10008.5.1.4.1.1.7');
  database.close();
  return directory;
}

describe('a folder of the version before', () => {
  it('withholds what may come from an algorithm; a plain image, of which a person stated facts, is shown', () => {
    const store = temporaryStore(oldFolder());
    const detail = store.studies.detail('1.1', null);
    expect(detail).toMatchObject({ modality: 'CT', series: 1, instances: 1 });
    expect(detail.seriesList.map(({ instances }) => instances.map(({ kind }) => kind))).toEqual([
      ['Image'],
      ['withheld: may contain AI'],
    ]);
    expect(store.studies.withheld('1.1', null)).toEqual(new Set(['1.1.1.2', '1.1.2.1', '1.1.3.1']));
    expect(store.studies.detail('1.2', null)).toMatchObject({ modality: 'DX', series: 1, instances: 1 });
    expect(store.studies.withheld('1.2', null).size).toBe(0);
    expect(detail).not.toHaveProperty('otherNames');
  });

  it('has all of it for a reader who has committed', () => {
    const store = temporaryStore(oldFolder());
    const reader = store.readers.create('R');
    const read = store.reads.begin('1.1', reader.id);
    expect(store.studies.withheld('1.1', reader.id).size).toBe(3);
    store.reads.commit(read.id, COMMITTED);
    expect(store.studies.withheld('1.1', reader.id).size).toBe(0);
    expect(store.studies.detail('1.1', reader.id).seriesList).toHaveLength(3);
    expect(store.studies.withheld('1.1', store.readers.create('S').id).size).toBe(3);
  });
});

describe('a second content under one UID', () => {
  it('has the same identity wherever it comes in, and is a UID', () => {
    const uid = identityOfCopy('1.2.3', 'b'.repeat(64));
    expect(uid).toBe(identityOfCopy('1.2.3', 'b'.repeat(64)));
    expect(uid).not.toBe(identityOfCopy('1.2.3', 'c'.repeat(64)));
    expect(uid).not.toBe(identityOfCopy('1.2.4', 'b'.repeat(64)));
    expect(uid).toMatch(/^2\.25\.[1-9][0-9]{20,38}$/);
    expect(uid.length).toBeLessThanOrEqual(64);
  });

  it('goes with its study when that is removed, and the other stays', () => {
    const store = temporaryStore();
    const first = stage(store, {}, 'one');
    const other = stage(store, { studyInstanceUID: '1.2.4', seriesInstanceUID: '1.2.4.1' }, 'two');
    store.studies.storeStudy('1.2.3.1', [first], null, 'operator');
    const outcome = store.studies.storeStudy('1.2.4', [other], null, 'operator');
    expect(outcome.conflicts).toEqual([
      {
        path: '/from/two.dcm',
        sopInstanceUID: first.header.sopInstanceUID,
        keptAs: identityOfCopy(first.header.sopInstanceUID, other.sha256),
      },
    ]);
    store.studies.remove('1.2.4', 'operator');
    expect(store.studies.instance(first.header.sopInstanceUID).sha256).toBe(first.sha256);
  });

  it('is a duplicate when it comes again after the other was removed', () => {
    const store = temporaryStore();
    const first = stage(store, {}, 'one');
    const other = stage(store, { studyInstanceUID: '1.2.4', seriesInstanceUID: '1.2.4.1' }, 'two');
    store.studies.storeStudy('1.2.3.1', [first], null, 'operator');
    store.studies.storeStudy('1.2.4', [other], null, 'operator');
    store.studies.remove('1.2.3.1', 'operator');
    expect(store.studies.storeStudy('1.2.4', [other], null, 'operator')).toMatchObject({
      imported: 0,
      duplicates: 1,
      instances: 1,
    });
    expect(store.studies.detail('1.2.4', null).seriesList[0]?.instances).toHaveLength(1);
  });
});
