import { hash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readHeader } from '../../electron/dicom/read-header.ts';
import { wrapPlainImage } from '../../electron/dicom/wrap-image.ts';
import { createEngine, type LocalEngine } from '../../electron/inference/create-engine.ts';
import type { ModelResult } from '../../electron/shared/analysis.ts';
import type { AnalysisInput } from '../../electron/shared/ports.ts';
import type { Stated } from '../../electron/shared/study.ts';
import { findPython, runPython } from '../fixtures/python.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PACKS = join(ROOT, 'models');
const GOLDEN = join(PACKS, 'slide-focus', 'golden');
const DRAWN = readdirSync(GOLDEN).filter((name) => name.endsWith('.png'));
const DATA = resolve(ROOT, process.env['OVERREAD_TEST_DATA'] ?? '../shared/data');
const TILES = join(DATA, 'histology-tiles');
const PYTHON = findPython(['onnxruntime', 'pydicom', 'numpy', 'PIL']);
const TOLERANCE = 1e-3;
const SLIDE: Stated = { modality: 'SM' };

let engine: LocalEngine;
const home = mkdtempSync(join(tmpdir(), 'overread-slide-'));
beforeAll(() => {
  engine = createEngine({ packsDirectory: PACKS, overreadVersion: 'test' });
});
afterAll(async () => {
  await engine.close();
  rmSync(home, { recursive: true });
});

/** A plain image as the command line wraps it. */
async function wrapped(path: string, stated: Stated): Promise<AnalysisInput> {
  const bytes = await wrapPlainImage(readFileSync(path), { name: path, stated });
  const sha256 = hash('sha256', bytes);
  const kept = join(home, `${sha256}.dcm`);
  writeFileSync(kept, bytes);
  return { header: readHeader(bytes), sha256, location: { path: kept } };
}

async function analyze(
  path: string,
  modelId: string,
  stated: Stated = SLIDE,
  withMaps = false,
): Promise<{ result: ModelResult; maps: readonly string[] }> {
  const input = await wrapped(path, stated);
  const [outcome] = await engine.analyze({
    studyInstanceUID: input.header.studyInstanceUID,
    inputs: [input],
    stated,
    modelIds: [modelId],
    device: 'cpu',
    withMaps,
  });
  if (outcome === undefined) throw new Error('no outcome');
  return { result: outcome.record.result, maps: outcome.maps.map(({ outputId }) => outputId) };
}

const drawn = (name: string): string => join(GOLDEN, `${name}.png`);

describe('slide-focus', () => {
  const reached = async (name: string): Promise<string[]> => {
    const { result } = await analyze(drawn(name), 'slide-focus');
    expect(result).toMatchObject({ status: 'completed', reason: null });
    return result.findings
      .filter(({ operatingPoint }) => operatingPoint === 'balanced')
      .map(({ label }) => label);
  };

  it('reads a colour tile that a person states to be SM: nine scores, a radius in pixels, five maps', async () => {
    const { result, maps } = await analyze(drawn('tissue-blurred-8px'), 'slide-focus', SLIDE, true);
    expect(result).toMatchObject({ status: 'completed', reason: null });
    expect(result.scores.map(({ label }) => label)).toEqual([
      'In focus',
      'Out of focus',
      'Moderately out of focus',
      'Severely out of focus',
      'Pen mark',
      'Tissue fold',
      'Air bubble',
      'Foreign body',
      'Empty',
    ]);
    // Only labels whose calibration holds on tiles that it was not fitted on give a probability.
    const probabilities = result.scores.flatMap(({ probability }) => probability ?? []);
    expect(probabilities.length).toBeGreaterThanOrEqual(6);
    for (const probability of probabilities) {
      expect(probability).toBeGreaterThanOrEqual(0);
      expect(probability).toBeLessThanOrEqual(1);
    }
    expect(result.measurements).toEqual([expect.objectContaining({ name: 'Blur radius', unit: 'px' })]);
    expect(result.measurements[0]?.value).toBeGreaterThan(4);
    expect(maps.toSorted()).toEqual([
      'air-bubble',
      'foreign-body',
      'out-of-focus',
      'pen-mark',
      'tissue-fold',
    ]);
  });

  it('tells a drawn tile in focus from the same one blurred, by degrees, and never lists focus as a finding', async () => {
    const radius = async (name: string): Promise<number> =>
      (await analyze(drawn(name), 'slide-focus')).result.measurements[0]?.value ?? Number.NaN;
    expect(await reached('tissue-sharp')).not.toContain('Out of focus');
    expect(await reached('tissue-sharp')).not.toContain('In focus');
    expect(await reached('tissue-blurred-8px')).toContain('Out of focus');
    expect(await radius('tissue-sharp')).toBeLessThan(await radius('tissue-blurred-2px'));
    expect(await radius('tissue-blurred-2px')).toBeLessThan(await radius('tissue-blurred-8px'));
  });

  it('calls bare glass empty, and measures no blur there', async () => {
    const { result } = await analyze(drawn('glass'), 'slide-focus');
    expect(await reached('glass')).toEqual(['Empty']);
    expect(result.measurements).toEqual([]);
  });

  it('abstains on what is no H&E, with the distance and its limit', async () => {
    const { result } = await analyze(drawn('black'), 'slide-focus');
    expect(result.status).toBe('abstained');
    expect(result.reason).toMatch(/unlike a tile of an H&E.*appearance distance \d+\.\d+, limit \d/);
  });

  it('abstains on a radiograph, on a grey image and where nobody says that it is a slide', async () => {
    const chest = join(PACKS, 'chest-adult/golden/chest-8bit.png');
    const radiograph = { modality: 'DX', bodyPart: 'CHEST', view: 'PA' };
    expect((await analyze(chest, 'slide-focus', radiograph)).result).toMatchObject({
      status: 'abstained',
      reason: expect.stringMatching(/modality is DX; the model reads SM only/),
    });
    expect((await analyze(chest, 'slide-focus')).result).toMatchObject({
      status: 'abstained',
      reason: expect.stringMatching(/MONOCHROME2/),
    });
    expect((await analyze(drawn('tissue-sharp'), 'slide-focus', {})).result).toMatchObject({
      status: 'abstained',
      reason: expect.stringMatching(/not stated/),
    });
  });

  it('leaves no tile to the model of chests', async () => {
    const { result } = await analyze(drawn('tissue-sharp'), 'chest-adult');
    expect(result).toMatchObject({
      status: 'abstained',
      reason: expect.stringMatching(/modality is SM/),
      scores: [],
    });
  });
});

interface PythonRow {
  readonly error?: string;
  readonly scores: Record<string, number>;
  readonly probabilities: Record<string, number>;
  readonly measures: Record<string, number>;
}

/** Ours beside Python's on the same plain files; gives the largest difference of a score, a probability or a tenth of a pixel of radius. */
async function compare(paths: readonly string[]): Promise<number> {
  const printed = runPython(PYTHON ?? '', [
    join(ROOT, 'models/training/compare.py'),
    '--pack',
    join(PACKS, 'slide-focus'),
    '--json',
    '--data',
    ...paths,
  ]);
  const { results } = JSON.parse(printed) as { results: PythonRow[] };
  let largest = 0;
  for (const [index, path] of paths.entries()) {
    const theirs = results[index];
    expect(theirs?.error).toBeUndefined();
    const { result } = await analyze(path, 'slide-focus');
    expect(result).toMatchObject({ status: 'completed', reason: null });
    for (const { label, score, probability } of result.scores) {
      largest = Math.max(largest, Math.abs(score - (theirs?.scores[label] ?? Number.NaN)));
      const their = theirs?.probabilities[label];
      expect(probability === undefined).toBe(their === undefined);
      if (probability !== undefined)
        largest = Math.max(largest, Math.abs(probability - (their ?? Number.NaN)));
    }
    for (const { name, value } of result.measurements) {
      largest = Math.max(largest, Math.abs(value - (theirs?.measures[name] ?? Number.NaN)) / 10);
    }
  }
  console.log(`largest difference over ${paths.length} tiles: ${largest.toExponential(1)}`);
  return largest;
}

describe.skipIf(PYTHON === null)(
  'slide-focus beside Python’s onnxruntime (needs Python with onnxruntime and pydicom)',
  () => {
    it('agrees on drawn tiles in PNG', async () => {
      const paths = DRAWN.filter((name) => name !== 'black.png').map((name) => join(GOLDEN, name));
      expect(await compare(paths)).toBeLessThanOrEqual(TOLERANCE);
    });

    it.skipIf(!existsSync(TILES))(
      'agrees on real tiles in JPEG, colours subsampled (needs OVERREAD_TEST_DATA)',
      async () => {
        const names = readdirSync(TILES).toSorted();
        const some = names.filter((_, index) => index % Math.floor(names.length / 12) === 0);
        expect(some.length).toBeGreaterThanOrEqual(12);
        expect(await compare(some.map((name) => join(TILES, name)))).toBeLessThanOrEqual(TOLERANCE);
      },
    );
  },
);
