import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { importWorkers } from '../../../electron/hosts/workers/start-import-worker.ts';
import { refusalsAsCsv } from '../../../electron/services/refusal-report.ts';
import { retryRefused } from '../../../electron/services/retry-refused.ts';
import type { Store } from '../../../electron/shared/ports.ts';
import { temporaryFolder, temporaryStore } from '../store/parts.ts';
import { dicom, files, importInto } from './import-parts.ts';

const PNG = encode({ width: 32, height: 32, data: new Uint8Array(32 * 32).fill(9), channels: 1, depth: 8 });

const retry = (store: Store, stated = {}) =>
  retryRefused({ store, startWorker: importWorkers(store.directory), actor: 'operator', stated });

const listed = (store: Store): string[] => store.refusals.all().map(({ path, code }) => `${code} ${path}`);

describe('trying refused files again', () => {
  it('takes off the list what is taken, keeps one line of what is not, and is audited', async () => {
    const store = temporaryStore();
    const folder = files(temporaryFolder(), { mended: 'x'.repeat(200), bad: 'y'.repeat(200), gone: '' });
    await importInto(store, [folder]);
    await importInto(store, [folder]);
    // One line a path, however often it is tried.
    expect(store.refusals.list(1, 0).total).toBe(3);
    writeFileSync(join(folder, 'mended'), dicom('1.1'));
    rmSync(join(folder, 'gone'));
    expect(await retry(store)).toMatchObject({
      tried: 2,
      notThere: 1,
      imported: 1,
      refused: [{ code: 'not-dicom' }],
    });
    expect(new Set(listed(store))).toEqual(
      new Set([`not-dicom ${join(folder, 'bad')}`, `empty ${join(folder, 'gone')}`]),
    );
    const [entry] = store.audit.list(1, 0);
    expect(entry).toMatchObject({
      action: 'retry-refused',
      detail: { tried: 2, imported: 1, stillRefused: 1, notThere: 1 },
    });
    expect(store.audit.verify().brokenAt).toBeNull();
  });

  it('finds again what was named by a path relative to where the command ran', async () => {
    const store = temporaryStore();
    const folder = files(temporaryFolder(), { film: 'x'.repeat(200) });
    const here = relative(process.cwd(), join(folder, 'film'));
    const report = await importInto(store, [here]);
    // The report names it as it was given; the list has to outlive the working directory.
    expect(report.refused[0]?.path).toBe(here);
    writeFileSync(join(folder, 'film'), dicom('1.1'));
    expect(await retry(store)).toMatchObject({ tried: 1, notThere: 0, imported: 1 });
    expect(listed(store)).toEqual([]);
  });

  it('does not take a dropped file for another disc’s file of the same name', async () => {
    const store = temporaryStore();
    const first = files(temporaryFolder(), { IM1: 'x'.repeat(200) });
    const second = files(temporaryFolder(), { IM1: 'will be DICOM' });
    writeFileSync(join(second, 'IM1'), dicom('1.1'));
    await importInto(store, [first], { within: first });
    await importInto(store, [second], { within: second });
    expect(listed(store)).toEqual(['not-dicom IM1']);
  });

  it('takes a plain image once its facts are stated', async () => {
    const store = temporaryStore();
    await importInto(store, [files(temporaryFolder(), { 'film.png': PNG })]);
    expect(await retry(store)).toMatchObject({ imported: 0, refused: [{ code: 'plain-image-needs-facts' }] });
    expect(await retry(store, { modality: 'DX' })).toMatchObject({ imported: 1, refused: [] });
    expect(listed(store)).toEqual([]);
  });

  it('remembers what was stated at the import, file by file; what is stated now goes over it', async () => {
    const store = temporaryStore();
    const image = (grey: number) =>
      encode({ width: 16, height: 16, data: new Uint8Array(256).fill(grey), channels: 1, depth: 8 });
    const cut = PNG.subarray(0, PNG.length - 20);
    const films = files(temporaryFolder(), { 'film.png': cut, 'hand.png': cut });
    const slides = files(temporaryFolder(), { 'slide.png': cut });
    await importInto(store, [films], { stated: { modality: 'DX', bodyPart: 'HAND', age: 54 } });
    await importInto(store, [slides], { stated: { modality: 'SM' } });
    expect(store.refusals.all().map(({ stated }) => stated?.modality)).toEqual(['SM', 'DX', 'DX']);
    // Tried in vain, it is not forgotten either.
    expect(await retry(store)).toMatchObject({ tried: 3, imported: 0 });
    writeFileSync(join(films, 'film.png'), image(1));
    writeFileSync(join(films, 'hand.png'), image(2));
    writeFileSync(join(slides, 'slide.png'), image(3));
    const report = await retry(store, { age: 60 });
    expect(report).toMatchObject({ tried: 3, imported: 3, refused: [] });
    const { rows } = store.studies.list({ limit: 9, offset: 0, readerId: null });
    expect(rows.map(({ modality }) => modality).toSorted()).toEqual(['DX', 'DX', 'SM']);
    for (const { studyInstanceUID, modality } of rows) {
      expect(store.studies.detail(studyInstanceUID, null).stated).toEqual(
        modality === 'SM' ? { modality: 'SM', age: 60 } : { modality: 'DX', bodyPart: 'HAND', age: 60 },
      );
    }
    expect(store.audit.list(9, 0).filter(({ action }) => action === 'retry-refused')).toHaveLength(2);
  });

  it('reads an archive again for what lies in it', async () => {
    const store = temporaryStore();
    const folder = temporaryFolder();
    const path = join(folder, 'disc.zip');
    writeFileSync(path, Buffer.from('PK\x03\x04 cut', 'latin1'));
    await importInto(store, [path]);
    store.refusals.add([{ path: `${path}!/inner`, code: 'not-dicom', reason: 'before the update' }], 'i');
    expect(await retry(store)).toMatchObject({ tried: 2, refused: [{ path, code: 'zip-damaged' }] });
    expect(listed(store)).toEqual([`zip-damaged ${path}`]);
  });

  it('never follows a link that leads out of the folder of a disc', async () => {
    const store = temporaryStore();
    const outside = files(temporaryFolder(), { secret: dicom('1.1') });
    const link = join(temporaryFolder(), 'IM1');
    symlinkSync(join(outside, 'secret'), link);
    store.refusals.add([{ path: link, code: 'dicomdir-path', reason: 'x' }], 'i');
    expect(await retry(store)).toMatchObject({ tried: 0, notThere: 0, imported: 0 });
    expect(listed(store)).toEqual([`dicomdir-path ${link}`]);
  });

  it('leaves everything as it is where nothing can be tried', async () => {
    const store = temporaryStore();
    store.refusals.add([{ path: 'dropped/a.dcm', code: 'not-dicom', reason: 'x' }], 'i');
    expect(await retry(store)).toMatchObject({ tried: 0, notThere: 1, imported: 0 });
    expect(listed(store)).toEqual(['not-dicom dropped/a.dcm']);
    expect(store.audit.list(9, 0)).toEqual([]);
  });
});

it('an ordinary import that takes a file takes it off the list too', async () => {
  const store = temporaryStore();
  const folder = files(temporaryFolder(), { 'a.dcm': dicom('1.1').subarray(0, 400), 'b.dcm': '' });
  await importInto(store, [folder]);
  expect(listed(store)).toHaveLength(2);
  writeFileSync(join(folder, 'a.dcm'), dicom('1.1'));
  await importInto(store, [folder]);
  expect(listed(store)).toEqual([`empty ${join(folder, 'b.dcm')}`]);
});

describe('the report of refused files', () => {
  const row = (path: string, reason = 'why') => ({
    path,
    code: 'c',
    reason,
    at: '2026-01-01',
    importId: 'i',
  });

  it('is CSV of one line a file, quotes doubled, lines kept in their cell', () => {
    expect(refusalsAsCsv([row('/a "b", c.dcm', 'two\nlines')])).toBe(
      '"File","Code","Reason","Refused at (UTC)","Import"\r\n"/a ""b"", c.dcm","c","two\nlines","2026-01-01","i"\r\n',
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '＝1'])(
    'makes no formula of a file named %j',
    (name) => {
      const line = refusalsAsCsv([row(name)])
        .split('\r\n')
        .slice(1)
        .join('\r\n');
      expect(line.startsWith(`"'${name}"`)).toBe(true);
    },
  );

  it('leaves ordinary paths as they are', () => {
    expect(refusalsAsCsv([row('/media/cd/-1.dcm')])).toContain('"/media/cd/-1.dcm"');
  });
});

it('an upload is told by the names that were dropped, in its report and in the list', async () => {
  const store = temporaryStore();
  const folder = files(temporaryFolder(), { 'disc/words.dcm': 'z'.repeat(200) });
  const report = await importInto(store, [folder], { within: folder });
  expect(report.refused.map(({ path }) => path)).toEqual([join('disc', 'words.dcm')]);
  expect(listed(store)).toEqual([`not-dicom ${join('disc', 'words.dcm')}`]);
  expect(readFileSync(join(folder, 'disc/words.dcm')).length).toBe(200);
});
