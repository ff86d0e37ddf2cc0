import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { InstanceHeader, Store } from '../../../electron/shared/ports.ts';
import { migrate } from '../../../electron/store/migrate.ts';
import { migrations } from '../../../electron/store/migrations/index.ts';
import { openStore } from '../../../electron/store/open-store.ts';
import { RECOVERED, SAME_UID } from '../../../electron/store/study-flags.ts';
import { header, temporaryFolder, temporaryStore } from './parts.ts';

const clock = { now: () => '2026-01-01T00:00:00.000Z' };
const STORAGE = '1.2.840.10008.5.1.4.1.1';

interface Old {
  readonly flags?: readonly string[];
  readonly stated?: object;
  readonly instances: readonly (Partial<InstanceHeader> & { readonly copyOf?: string })[];
}

/** A store whose folder the version before this migration left, with studies 1.1, 1.2 and so on, each described as 'SECRET nodule'. */
function old(...studies: readonly Old[]): Store {
  const directory = join(temporaryFolder(), 'data');
  openStore({ directory }).close();
  for (const name of readdirSync(directory).filter((one) => one.startsWith('overread.db')))
    rmSync(join(directory, name));
  const database = new Database(join(directory, 'overread.db'));
  migrate(database, migrations.slice(0, 8), clock);
  database.prepare(`INSERT INTO blobs (sha256, bytes) VALUES (?, 1)`).run('a'.repeat(64));
  studies.forEach(({ flags = [], stated = {}, instances }, i) => {
    const study = database
      .prepare(
        `INSERT INTO studies (uid, patient_name, patient_id, sex, age, birth_date, accession_number, modality, description,
           study_date, study_time, series_count, instance_count, received_at, stated, flags, search)
         VALUES (?, 'DOE', 'P', '', NULL, '', '', 'CT\\XX', 'SECRET nodule', '', '', 9, 9, '2026', ?, ?, 'doe p secret nodule')`,
      )
      .run(`1.${i + 1}`, JSON.stringify(stated), JSON.stringify(flags)).lastInsertRowid;
    instances.forEach(({ copyOf, ...changes }, j) => {
      const one = header({ sopInstanceUID: `1.${i + 1}.${j + 1}.1`, studyDescription: '', ...changes });
      const series = database
        .prepare(
          `INSERT INTO series (uid, study_id, number, modality, body_part, description) VALUES (?, ?, NULL, ?, '', '')`,
        )
        .run(`1.${i + 1}.${j + 1}`, study, one.modality).lastInsertRowid;
      database
        .prepare(
          `INSERT INTO instances (uid, study_id, series_id, sha256, header, origin, conflict_of) VALUES (?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          one.sopInstanceUID,
          study,
          series,
          'a'.repeat(64),
          JSON.stringify(one),
          one.origin ?? 'known',
          copyOf ?? null,
        );
    });
  });
  database.close();
  return temporaryStore(directory);
}

const ct = { studyDescription: 'Chest' };
const withheld: readonly [string, Partial<InstanceHeader>][] = [
  ['Spatial fiducials', { sopClassUID: `${STORAGE}.66.2` }],
  ['Tractography results', { sopClassUID: `${STORAGE}.66.6` }],
  ['3D model (STL)', { sopClassUID: `${STORAGE}.104.3` }],
  ['3D model (OBJ)', { sopClassUID: `${STORAGE}.104.4` }],
  ['3D model (MTL)', { sopClassUID: `${STORAGE}.104.5` }],
  ['Presentation state', { sopClassUID: `${STORAGE}.11.1` }],
  ['Other', { sopClassUID: '1.3.12.2.1107.5.9.1' }],
];

describe('a folder of the version before', () => {
  it.each(withheld)('withholds from now on: %s', (kind, changes) => {
    const store = old({
      instances: [{ kind, modality: 'XX', studyDescription: 'SECRET nodule', ...changes }, ct],
    });
    expect(store.studies.withheld('1.1', null)).toEqual(new Set(['1.1.1.1']));
    const [row] = store.studies.list({ limit: 9, offset: 0, readerId: null }).rows;
    expect(row).toMatchObject({ modality: 'CT', description: 'Chest', series: 1, instances: 1 });
    const found = (query: string): number =>
      store.studies.list({ limit: 9, offset: 0, readerId: null, query }).total;
    expect([found('nodule'), found('chest'), found('doe')]).toEqual([0, 1, 1]);
  });

  it('shows them where a person stated that no algorithm made them', () => {
    const store = old({
      stated: { origin: 'not from an algorithm' },
      instances: [
        {
          kind: 'Presentation state',
          sopClassUID: `${STORAGE}.11.1`,
          modality: 'PR',
          studyDescription: 'SECRET nodule',
        },
        { sopClassUID: `${STORAGE}.88.65`, modality: 'SR', origin: 'algorithm' },
        { studyDescription: '' },
      ],
    });
    expect(store.studies.detail('1.1', null)).toMatchObject({
      modality: 'CT\\PR',
      description: 'SECRET nodule',
      series: 2,
      instances: 2,
    });
  });

  it('keeps the flags that objects of known origin give, and no others', () => {
    const flags = ['another', SAME_UID, RECOVERED];
    const secret = { origin: 'algorithm', sopClassUID: `${STORAGE}.88.65` } as const;
    const store = old(
      { flags, instances: [ct, { recovered: 'x' }, { copyOf: '1.1.1.1' }] },
      { flags, instances: [ct, { ...secret, recovered: 'x' }, { ...secret, copyOf: '1.2.2.1' }] },
      // Its image was first; under its UID an algorithm wrote, in another study.
      { flags: [SAME_UID], instances: [ct] },
      { flags: [SAME_UID], instances: [ct, { ...secret, copyOf: '1.3.1.1' }] },
      // Flagged by a version that did not keep the second content.
      { flags: [SAME_UID], instances: [ct] },
    );
    const of = (study: number): readonly string[] => store.studies.detail(`1.${study}`, null).flags;
    expect([1, 2, 3, 4, 5].map(of)).toEqual([flags, ['another'], [], [], [SAME_UID]]);
  });
});
