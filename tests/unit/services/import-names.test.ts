import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../../electron/shared/ports.ts';
import { NAMES } from '../../fixtures/person-names.ts';
import { temporaryFolder, temporaryStore } from '../store/parts.ts';
import { dicom, files, importInto } from './import-parts.ts';

/** A file whose name is these bytes, in this character set. */
function named(study: string, terms: readonly string[], name: Uint8Array): Uint8Array {
  const padded = Buffer.concat([name, Buffer.from(name.length % 2 ? ' ' : '')]);
  const room = 'x'.repeat(Math.min(64, padded.length));
  const whole = Buffer.from(
    dicom(
      `${study}.1`,
      [
        { tag: '00080005', vr: 'CS', value: [...terms] },
        { tag: '00100010', vr: 'PN', value: room },
      ],
      study,
    ),
  );
  const at = whole.indexOf(room);
  // The length of a PN is the two bytes before its value.
  whole.writeUInt16LE(padded.length, at - 2);
  return Uint8Array.from(Buffer.concat([whole.subarray(0, at), padded, whole.subarray(at + room.length)]));
}

const found = (store: Store, query: string): string[] =>
  store.studies.list({ query, limit: 99, offset: 0, readerId: null }).rows.map((row) => row.studyInstanceUID);

describe('names of every character set', () => {
  it('are stored in all their groups, and search finds each group', async () => {
    const store = temporaryStore();
    const folder = temporaryFolder();
    NAMES.forEach(([, terms, encoded], index) => {
      files(folder, { [`${index}.dcm`]: named(`1.7.${index + 1}`, terms, encoded) });
    });
    const report = await importInto(store, [folder]);
    expect(report).toMatchObject({ imported: NAMES.length, refused: [] });
    NAMES.forEach(([what, , , text], index) => {
      const study = `1.7.${index + 1}`;
      const { patientName, otherNames = [] } = store.studies.detail(study, null);
      if (what === 'GBK') return;
      const groups = text.split('=').filter((group) => group !== '');
      expect([patientName, ...otherNames], what).toEqual(groups.map((group) => group.replace('^', ', ')));
      for (const group of groups) expect(found(store, group), `${what}: ${group}`).toContain(study);
    });
  });
});

const data = join(process.env['OVERREAD_TEST_DATA'] ?? '../shared/data', 'dicom');

describe.skipIf(!existsSync(data))('the whole test data', () => {
  it('is imported or refused by a code, every file, and every object is called what it is', async () => {
    const store = temporaryStore();
    const report = await importInto(store, [data]);
    const files = readdirSync(data, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    expect(report.imported + report.duplicates + report.refused.length).toBe(files.length);
    expect(report.refused.filter(({ code }) => code === 'unexpected')).toEqual([]);
    const codes = new Set(report.refused.map(({ code }) => code));
    expect([...codes].filter((code) => !/^[a-z0-9-]+$/.test(code))).toEqual([]);
    const kinds = new Map<string, Set<string>>();
    for (const { studyInstanceUID } of report.studies) {
      for (const { header } of store.studies.instancesOf(studyInstanceUID)) {
        const of = kinds.get(header.kind) ?? new Set();
        kinds.set(header.kind, of.add(header.notDrawn === null ? 'drawn' : 'listed'));
      }
    }
    expect([...kinds.keys()]).toEqual(
      expect.arrayContaining([
        'Image',
        'Structured report',
        'Segmentation',
        'Slide',
        'RT dose',
        'RT plan',
        'RT structure set',
      ]),
    );
    for (const kind of ['Slide', 'Segmentation', 'Structured report', 'RT plan', 'RT structure set'])
      expect([...(kinds.get(kind) ?? [])], kind).toEqual(['listed']);
    // No slide is a stack, for any reader.
    for (const { studyInstanceUID } of report.studies) {
      const { seriesList } = store.studies.detail(studyInstanceUID, null);
      for (const { instances } of seriesList)
        for (const { kind, image } of instances) if (kind === 'Slide') expect(image).toBeNull();
    }
  }, 120_000);
});
