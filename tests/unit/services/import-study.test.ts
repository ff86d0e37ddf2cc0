import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { importReportSchema } from '../../../electron/shared/imports.ts';
import { identityOfCopy } from '../../../electron/store/conflicting-copy.ts';
import { differentPatients, SAME_UID } from '../../../electron/store/study-flags.ts';
import { openStore } from '../../../electron/store/open-store.ts';
import { temporaryFolder, temporaryStore } from '../store/parts.ts';
import { codes, dicom, files, importInto } from './import-parts.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const posix = process.platform !== 'win32';

function copiedTo(directory: string): number {
  return existsSync(join(directory, 'blobs')) ? blobsOf(directory).length : 0;
}

function blobsOf(directory: string): string[] {
  return readdirSync(join(directory, 'blobs'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.includes('/'),
  );
}

const PNG = encode({ width: 32, height: 32, data: new Uint8Array(32 * 32).fill(9), channels: 1, depth: 8 });

describe('importing', () => {
  it('takes a folder with what is below it, extension or none, and says what it has', async () => {
    const store = temporaryStore();
    const folder = files(temporaryFolder(), {
      'a.dcm': dicom('1.1'),
      'deep/er/IM000001': dicom('1.2'),
      'other/b.dcm': dicom('2.1', [], '1.2.4'),
    });
    const report = await importInto(store, [folder]);
    expect(importReportSchema.parse(report)).toEqual({
      imported: 3,
      duplicates: 0,
      refused: [],
      studies: [
        { studyInstanceUID: '1.2.3', series: 1, instances: 2 },
        { studyInstanceUID: '1.2.4', series: 1, instances: 1 },
      ],
    });
    const { location, sha256, bytes } = store.studies.instance('1.2');
    expect(location.path).toBe(join(store.directory, 'blobs', sha256.slice(0, 2), sha256));
    expect(statSync(location.path).size).toBe(bytes);
    expect(store.audit.list(9, 0).map(({ action }) => action)).toEqual(['import', 'import']);
  });

  it('recognises what is here already and changes nothing', async () => {
    const store = temporaryStore();
    const folder = files(temporaryFolder(), { 'a.dcm': dicom('1.1'), 'copy.dcm': dicom('1.1') });
    expect(await importInto(store, [folder])).toMatchObject({ imported: 1, duplicates: 1, refused: [] });
    expect(await importInto(store, [folder])).toMatchObject({ imported: 0, duplicates: 2, refused: [] });
    expect(store.audit.verify().entries).toBe(1);
    expect(blobsOf(store.directory)).toHaveLength(1);
  });

  it('never replaces: of two contents under one UID both are kept, the second under its own identity', async () => {
    const store = temporaryStore();
    const other = dicom('1.1', [{ tag: '00200013', vr: 'IS', value: 7 }]);
    const folder = files(temporaryFolder(), { 'a.dcm': dicom('1.1'), 'b.dcm': other });
    const report = importReportSchema.parse(await importInto(store, [folder]));
    expect(report).toMatchObject({ imported: 2, refused: [], studies: [{ instances: 2 }] });
    const kept = store.studies.instance('1.1');
    expect(kept.header.instanceNumber).toBe(1);
    const detail = store.studies.detail('1.2.3', null);
    expect(detail.flags).toEqual([SAME_UID]);
    const [first, second] = detail.seriesList[0]?.instances ?? [];
    expect(first).toMatchObject({ sopInstanceUID: '1.1' });
    expect(first).not.toHaveProperty('conflictOf');
    const copy = store.studies.instance(second?.sopInstanceUID ?? '');
    expect(second).toMatchObject({
      sopInstanceUID: identityOfCopy('1.1', copy.sha256),
      conflictOf: '1.1',
      instanceNumber: 7,
    });
    expect(report.conflicts).toEqual([
      { path: join(folder, 'b.dcm'), sopInstanceUID: '1.1', keptAs: second?.sopInstanceUID },
    ]);
    expect(readFileSync(copy.location.path).equals(other)).toBe(true);
    expect(store.audit.list(1, 0)[0]?.detail['sameUidOtherContent']).toEqual([
      { sopInstanceUID: '1.1', keptAs: second?.sopInstanceUID },
    ]);
    // Again, the other way round too: both are known.
    expect(await importInto(store, [folder])).toMatchObject({ imported: 0, duplicates: 2, refused: [] });
  });

  it('flags both studies where one UID is used in two of them', async () => {
    const store = temporaryStore();
    const folder = files(temporaryFolder(), {
      'a.dcm': dicom('1.1'),
      'b.dcm': dicom('1.1', [{ tag: '0020000E', vr: 'UI', value: '5.5' }], '1.2.4'),
    });
    expect(await importInto(store, [folder])).toMatchObject({ imported: 2, refused: [] });
    for (const study of ['1.2.3', '1.2.4'])
      expect(store.studies.detail(study, null).flags).toEqual([SAME_UID]);
  });

  it.each([
    ['00100020', 'LO', 'P2', 'patient ID'],
    ['00100010', 'PN', 'ROE^JANE', 'name'],
    ['00100030', 'DA', '19710101', 'birth date'],
    ['00100040', 'CS', 'M', 'sex'],
  ] as const)(
    'keeps a study whose files differ in %s, and names the field in its flag',
    async (tag, vr, value, field) => {
      const store = temporaryStore();
      const whole = [
        { tag: '00100030', vr: 'DA', value: '19700101' },
        { tag: '00100040', vr: 'CS', value: 'F' },
      ];
      const other = [...whole.filter((one) => one.tag !== tag), { tag, vr, value }];
      const folder = files(temporaryFolder(), { 'a.dcm': dicom('1.1', whole), 'b.dcm': dicom('1.2', other) });
      expect(await importInto(store, [folder])).toMatchObject({ imported: 2, refused: [] });
      expect(store.studies.detail('1.2.3', null).flags).toEqual([differentPatients([field])]);
    },
  );

  it('gathers the differing fields in one flag, over several imports; what is left out differs from nothing', async () => {
    const store = temporaryStore();
    const bare = [
      { tag: '00100010', vr: 'PN', value: 'Doe^Jane' },
      { tag: '00100020', vr: 'LO', value: '' },
    ];
    await importInto(store, [
      files(temporaryFolder(), { 'a.dcm': dicom('1.1'), 'b.dcm': dicom('1.2', bare) }),
    ]);
    expect(store.studies.detail('1.2.3', null).flags).toEqual([]);
    for (const [sop, tag, value] of [
      ['1.3', '00100020', 'P9'],
      ['1.4', '00100010', 'ROE^JANE'],
    ] as const) {
      const odd = dicom(sop, [{ tag, vr: tag === '00100020' ? 'LO' : 'PN', value }]);
      await importInto(store, [files(temporaryFolder(), { 'c.dcm': odd })]);
    }
    expect(store.studies.detail('1.2.3', null).flags).toEqual([
      'Its files name different patients: patient ID and name differ. Check whose images these are before reading.',
    ]);
  });

  it('lists every refused file with path, code and words, and goes on with the others', async () => {
    const store = temporaryStore();
    const good = dicom('1.1');
    const folder = files(temporaryFolder(), {
      'good.dcm': good,
      'empty.dcm': '',
      'letter.txt': 'Dear colleague, '.repeat(20),
      '.DS_Store': Buffer.alloc(600, 1),
      'half.dcm': good.subarray(0, good.length - 9),
      'film.png': PNG,
      'noise.dcm': Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), Buffer.alloc(500, 0xff)]),
    });
    const missing = join(folder, 'missing');
    mkdirSync(join(folder, 'nothing'));
    const report = await importInto(store, [folder, missing, join(folder, 'nothing')]);
    expect(report.imported).toBe(1);
    const found = codes(report, folder);
    expect(found).toMatchObject({
      'empty.dcm': 'empty',
      'letter.txt': 'not-dicom',
      '.DS_Store': 'not-dicom',
      'half.dcm': 'truncated',
      'film.png': 'plain-image-needs-facts',
      missing: 'no-such-path',
    });
    expect(Object.keys(found)).toContain('noise.dcm');
    for (const { reason } of report.refused) expect(reason.length).toBeGreaterThan(15);
    expect(store.refusals.list(99, 0).total).toBe(report.refused.length);
  });

  it.runIf(posix)('follows links once, and never opens a pipe', async () => {
    const store = temporaryStore();
    const folder = files(temporaryFolder(), { 'in/a.dcm': dicom('1.1') });
    symlinkSync(folder, join(folder, 'in', 'up'));
    symlinkSync('self', join(folder, 'self'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const report = await importInto(store, [folder]);
    expect(report.imported).toBe(1);
    expect(codes(report, folder)).toEqual({ pipe: 'not-a-file', self: 'link-loop' });
  });

  // Root may read everything, so this can only fail or pass for others.
  it.skipIf(!posix || process.getuid?.() === 0)('names what it may not read', async () => {
    const store = temporaryStore();
    const folder = files(temporaryFolder(), { 'a.dcm': dicom('1.1'), 'closed/b.dcm': dicom('1.2') });
    chmodSync(join(folder, 'closed'), 0);
    const report = await importInto(store, [folder]);
    chmodSync(join(folder, 'closed'), 0o700);
    expect(codes(report, folder)).toEqual({ closed: 'unreadable' });
  });

  it('wraps plain images with what a person stated, and notes it as stated', async () => {
    const store = temporaryStore();
    const folder = files(temporaryFolder(), { 'film.png': PNG });
    const stated = { modality: 'DX', bodyPart: 'CHEST', view: 'PA', age: 54 };
    const { studies, imported } = await importInto(store, [folder], { stated });
    expect(imported).toBe(1);
    const detail = store.studies.detail(studies[0]?.studyInstanceUID ?? '', null);
    expect(detail).toMatchObject({ modality: 'DX', stated });
    const again = await importInto(store, [folder], { stated: { ...stated, age: 61 } });
    expect(codes(again, folder)).toEqual({ 'film.png': 'sop-conflict' });
    expect(again.refused[0]?.reason).toContain('open the study and state them there');
    expect(again.refused[0]?.reason).toContain('remove the study first');
    expect(store.studies.detail(detail.studyInstanceUID, null).stated).toEqual(stated);
  });

  it('takes facts for a DICOM study only where its files say nothing', async () => {
    const store = temporaryStore();
    const folder = files(temporaryFolder(), {
      'a.dcm': dicom('1.1', [{ tag: '00180015', vr: 'CS', value: 'HEAD' }]),
    });
    await importInto(store, [folder], { stated: { modality: 'DX', bodyPart: 'CHEST', view: 'PA' } });
    expect(store.studies.detail('1.2.3', null)).toMatchObject({ modality: 'CT', stated: { view: 'PA' } });
    expect(store.studies.detail('1.2.3', null).stated).not.toHaveProperty('bodyPart');
  });
});

describe('cancelling and killing', () => {
  function manyFiles(count: number): string {
    const folder = temporaryFolder();
    for (let i = 0; i < count; i++) writeFileSync(join(folder, `${i}.dcm`), dicom(`1.${i + 1}`));
    return folder;
  }

  it('leaves nothing of a cancelled import: no study, no file', async () => {
    const store = temporaryStore();
    const folder = manyFiles(400);
    const controller = new AbortController();
    const running = importInto(store, [folder], {
      signal: controller.signal,
      onProgress: ({ done }) => {
        if (done > 50) controller.abort();
      },
    });
    await expect(running).rejects.toMatchObject({ type: 'cancelled' });
    expect(store.studies.list({ limit: 9, offset: 0, readerId: null }).total).toBe(0);
    expect(blobsOf(store.directory)).toEqual([]);
    expect(readdirSync(join(store.directory, 'tmp'))).toEqual([]);
    expect((await importInto(store, [folder])).imported).toBe(400);
  });

  it('counts its progress up to the end', async () => {
    const store = temporaryStore();
    const seen: { done: number; total: number | null }[] = [];
    await importInto(store, [manyFiles(100)], { onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toEqual({ done: 100, total: 100 });
    expect(seen.map(({ done }) => done)).toEqual(seen.map(({ done }) => done).toSorted((a, b) => a - b));
  });

  it('survives kill -9 at any moment: the folder opens, every study is whole', async () => {
    const folder = manyFiles(200);
    for (let study = 0; study < 40; study++) {
      writeFileSync(join(folder, `s${study}.dcm`), dicom(`9.${study}`, [], `1.9.${study}`));
    }
    const found: number[] = [];
    // While files are copied, and around the moment at which the studies are indexed.
    for (const [copied, later] of [
      [20, 0],
      [120, 0],
      [240, 0],
      [240, 15],
      [240, 60],
    ] as const) {
      const data = join(temporaryFolder(), 'data');
      const child = spawn(
        process.execPath,
        [join(ROOT, 'electron/hosts/cli/main.ts'), 'import', folder, '--data', data],
        { stdio: 'ignore' },
      );
      const gone = new Promise((ended) => child.once('exit', ended));
      while (child.exitCode === null && copiedTo(data) < copied) await setTimeout(10);
      await setTimeout(later);
      child.kill('SIGKILL');
      await gone;
      const store = openStore({ directory: data });
      const { rows } = store.studies.list({ limit: 999, offset: 0, readerId: null });
      for (const row of rows) {
        expect(row.instances).toBe(row.studyInstanceUID === '1.2.3' ? 200 : 1);
        for (const { location } of store.studies.instancesOf(row.studyInstanceUID)) {
          expect(statSync(location.path).size).toBeGreaterThan(300);
        }
      }
      expect(store.audit.verify()).toEqual({ entries: rows.length, brokenAt: null });
      found.push(rows.length);
      expect((await importInto(store, [folder])).studies).toHaveLength(41);
      store.close();
      rmSync(data, { recursive: true });
    }
    expect(found).toHaveLength(5);
    expect(found[0]).toBe(0);
  }, 120_000);
});
