import {
  cpSync,
  createWriteStream,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { writePart10 } from '../../../electron/dicom/write-part10.ts';
import { findPython, runPython } from '../../fixtures/python.ts';
import { temporaryFolder, temporaryStore } from '../store/parts.ts';
import { codes, dicom, files, importInto } from './import-parts.ts';

/** A DICOMDIR that names files by their components; nothing else in it matters to an import. */
function dicomdir(named: readonly (readonly string[])[], inUse = 0xffff): Uint8Array {
  return writePart10({
    sopClassUID: '1.2.840.10008.1.3.10',
    sopInstanceUID: '1.2.9',
    transferSyntaxUID: '1.2.840.10008.1.2.1',
    elements: [
      { tag: '00041130', vr: 'CS', value: 'DISC' },
      {
        tag: '00041220',
        vr: 'SQ',
        value: named.map((file) => [
          { tag: '00041410', vr: 'US', value: inUse },
          { tag: '00041430', vr: 'CS', value: 'IMAGE' },
          { tag: '00041500', vr: 'CS', value: file },
        ]),
      },
    ],
  });
}

const DISC = {
  DICOMDIR: dicomdir([
    ['DICOM', 'A1', 'IM1'],
    ['DICOM', 'A1', 'IM2'],
  ]),
  'DICOM/A1/IM1': dicom('1.1'),
  'DICOM/A1/IM2': dicom('1.2'),
  'DICOM/A1/EXTRA': dicom('1.3'),
};

describe('a disc with a DICOMDIR', () => {
  it('is imported by walking its folder; the DICOMDIR is no refusal', async () => {
    const folder = files(temporaryFolder(), DISC);
    expect(await importInto(temporaryStore(), [folder])).toMatchObject({ imported: 3, refused: [] });
  });

  it('tells each file that it names and that is not there, by its path', async () => {
    const folder = files(temporaryFolder(), DISC);
    rmSync(join(folder, 'DICOM/A1/IM2'));
    const store = temporaryStore();
    const report = await importInto(store, [folder]);
    expect(report.imported).toBe(2);
    expect(codes(report, folder)).toEqual({ 'DICOM/A1/IM2': 'dicomdir-missing' });
    expect(store.refusals.list(9, 0).rows.map(({ code }) => code)).toEqual(['dicomdir-missing']);
  });

  it('finds names in lower case and with a version, as drives show them', async () => {
    const folder = files(temporaryFolder(), {
      dicomdir: DISC.DICOMDIR,
      'dicom/a1/im1.;1': dicom('1.1'),
      'dicom/a1/im2;1': dicom('1.2'),
    });
    expect(await importInto(temporaryStore(), [folder])).toMatchObject({ imported: 2, refused: [] });
    expect(await importInto(temporaryStore(), [join(folder, 'dicomdir')])).toMatchObject({
      imported: 2,
      refused: [],
    });
  });

  it('named by itself imports what it names, and only that', async () => {
    const folder = files(temporaryFolder(), DISC);
    rmSync(join(folder, 'DICOM/A1/IM2'));
    const report = await importInto(temporaryStore(), [join(folder, 'DICOMDIR')]);
    expect(report.imported).toBe(1);
    expect(codes(report, folder)).toEqual({ 'DICOM/A1/IM2': 'dicomdir-missing' });
  });

  it('never leads out of its folder: by a name, or by a link', async () => {
    const outside = files(temporaryFolder(), { 'secret.dcm': dicom('9.9') });
    const folder = files(temporaryFolder(), {
      DICOMDIR: dicomdir([
        ['..', 'secret.dcm'],
        ['C:', 'secret.dcm'],
        ['/', 'etc', 'passwd'],
        ['LINK', 'secret.dcm'],
      ]),
    });
    symlinkSync(outside, join(folder, 'LINK'));
    const report = await importInto(temporaryStore(), [join(folder, 'DICOMDIR')]);
    expect(report.imported).toBe(0);
    expect([...new Set(report.refused.map(({ code }) => code))]).toEqual(['dicomdir-path']);
    expect(report.refused).toHaveLength(4);
  });

  it('passes over records that are no longer in use', async () => {
    const folder = files(temporaryFolder(), { DICOMDIR: dicomdir([['GONE']], 0) });
    expect(await importInto(temporaryStore(), [folder])).toMatchObject({ imported: 0, refused: [] });
  });

  it('works inside a ZIP, wherever in it the disc lies', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'disc.zip');
    const archive = new ZipFile();
    archive.addBuffer(Buffer.from(DISC.DICOMDIR), 'cd/DICOMDIR');
    archive.addBuffer(Buffer.from(dicom('1.1')), 'cd/DICOM/A1/IM1');
    archive.end();
    await pipeline(archive.outputStream, createWriteStream(path));
    const report = await importInto(temporaryStore(), [path]);
    expect(report.imported).toBe(1);
    expect(codes(report, folder)).toEqual({ 'disc.zip!/cd/DICOM/A1/IM2': 'dicomdir-missing' });
  });

  it('is refused by name where it cannot be read itself', async () => {
    const folder = files(temporaryFolder(), { DICOMDIR: DISC.DICOMDIR.subarray(0, 300) });
    const report = await importInto(temporaryStore(), [folder]);
    expect(Object.keys(codes(report, folder))).toEqual(['DICOMDIR']);
  });
});

const python = findPython(['pydicom']);

describe.skipIf(python === null)('the discs of pydicom', () => {
  const discs = runPython(python ?? '', [
    '-c',
    'import os, pydicom; print(os.path.join(os.path.dirname(pydicom.__file__), "data", "test_files", "dicomdirtests"))',
  ]).trim();

  it.each(['DICOMDIR', 'DICOMDIR-bigEnd', 'DICOMDIR-implicit', 'DICOMDIR-reordered'])(
    '%s names the files that pydicom finds in it',
    async (name) => {
      const folder = join(temporaryFolder(), 'disc');
      mkdirSync(folder);
      cpSync(discs, folder, { recursive: true });
      for (const other of ['DICOMDIR', name]) {
        if (other !== name) rmSync(join(folder, other));
      }
      if (name !== 'DICOMDIR') renameSync(join(folder, name), join(folder, 'DICOMDIR'));
      const expected = JSON.parse(
        runPython(python ?? '', [
          '-c',
          `import sys, json, os, pydicom
ds = pydicom.dcmread(sys.argv[1], force=True)
folder = os.path.dirname(sys.argv[1])
named = {os.path.join(folder, *r.ReferencedFileID) for r in ds.DirectoryRecordSequence if 'ReferencedFileID' in r}
print(json.dumps({'there': sum(os.path.isfile(p) for p in named), 'missing': sum(not os.path.isfile(p) for p in named)}))`,
          join(folder, 'DICOMDIR'),
        ]),
      ) as { there: number; missing: number };
      expect(expected.there + expected.missing).toBeGreaterThan(10);
      const report = await importInto(temporaryStore(), [join(folder, 'DICOMDIR')]);
      const missing = report.refused.filter(({ code }) => code === 'dicomdir-missing');
      expect(missing).toHaveLength(expected.missing);
      expect(report.imported + report.duplicates + report.refused.length - missing.length).toBe(
        expected.there,
      );
    },
  );

  it('one whose items do not fit their lengths is refused by name, and the files beside it are taken', async () => {
    const folder = temporaryFolder();
    cpSync(join(discs, 'DICOMDIR-nooffset'), join(folder, 'DICOMDIR'));
    writeFileSync(join(folder, 'IM1'), dicom('1.1'));
    const report = await importInto(temporaryStore(), [folder]);
    expect(report.imported).toBe(1);
    expect(codes(report, folder)).toEqual({ DICOMDIR: 'bad-header' });
  });

  it('an empty one is no refusal either', async () => {
    const folder = temporaryFolder();
    cpSync(join(discs, 'DICOMDIR-empty.dcm'), join(folder, 'DICOMDIR'));
    writeFileSync(join(folder, 'IM1'), dicom('1.1'));
    expect(await importInto(temporaryStore(), [folder])).toMatchObject({ imported: 1, refused: [] });
  });
});
