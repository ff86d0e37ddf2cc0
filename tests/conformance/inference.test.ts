import { hash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { encode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readHeader } from '../../electron/dicom/read-header.ts';
import { wrapPlainImage } from '../../electron/dicom/wrap-image.ts';
import { createEngine, type LocalEngine } from '../../electron/inference/create-engine.ts';
import { verifyPacks } from '../../electron/services/verify-packs.ts';
import type { AnalysisInput } from '../../electron/shared/ports.ts';
import { findPython, runPython } from '../fixtures/python.ts';
import { testImageBytes } from '../fixtures/test-image.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PACKS = join(ROOT, 'models');
const DATA = resolve(ROOT, process.env['OVERREAD_TEST_DATA'] ?? '../shared/data');
/** What is stated of the images that a pack reads here, and where real ones lie. */
const READS = [
  {
    id: 'chest-adult',
    stated: { modality: 'DX', bodyPart: 'CHEST', view: 'PA' },
    images: join(DATA, 'chest-xray-adult', 'images'),
  },
  {
    id: 'chest-child',
    stated: { modality: 'DX', bodyPart: 'CHEST', view: 'AP', age: 4 },
    images: join(DATA, 'chest-xray-paediatric', 'images'),
  },
];
const REAL = join(DATA, 'dicom', 'pydicom', 'RG1_J2KI.dcm');
const PYTHON = findPython(['onnxruntime', 'pydicom', 'numpy', 'PIL']);
const TOLERANCE = 1e-3;

let engine: LocalEngine;
/** The same packs without their distances, which rightly take drawn pictures for foreign: here only the numbers count. */
let numbers: LocalEngine;
const home = mkdtempSync(join(tmpdir(), 'overread-parity-'));

function withoutDistances(id: string): void {
  const folder = join(home, 'packs', id);
  cpSync(join(PACKS, id), folder, { recursive: true });
  const path = join(folder, 'manifest.json');
  const { outOfDomain: _, ...manifest } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  writeFileSync(path, JSON.stringify(manifest));
}

beforeAll(() => {
  engine = createEngine({ packsDirectory: PACKS, overreadVersion: 'test' });
  for (const { id } of READS) withoutDistances(id);
  numbers = createEngine({ packsDirectory: join(home, 'packs'), overreadVersion: 'test' });
});
afterAll(async () => {
  await engine.close();
  await numbers.close();
  rmSync(home, { recursive: true });
});

describe('the packs that ship', () => {
  it('are all accepted, and give on this machine what Python’s onnxruntime gave', async () => {
    expect(engine.onShelf().filter(({ error }) => error !== null)).toEqual([]);
    const verified = await verifyPacks(engine);
    expect(verified.length).toBeGreaterThan(0);
    for (const { id, ok, reason, checks } of verified) {
      expect({ id, ok, reason }).toEqual({ id, ok: true, reason: null });
      expect(checks.length).toBeGreaterThan(0);
    }
  });
});

interface PythonRow {
  readonly path: string;
  readonly error?: string;
  readonly scores: Record<string, number>;
  readonly probabilities: Record<string, number>;
}

/** Ours and Python’s on the same files; gives the largest difference of a score or a probability. */
async function compare(
  { id, stated }: (typeof READS)[number],
  inputs: readonly AnalysisInput[],
): Promise<number> {
  const paths = inputs.map(({ location }) => location.path);
  const printed = runPython(PYTHON ?? '', [
    join(ROOT, 'models/training/compare.py'),
    '--pack',
    join(PACKS, id),
    '--json',
    '--data',
    ...paths,
  ]);
  const { results } = JSON.parse(printed) as { results: PythonRow[] };
  let largest = 0;
  for (const [index, input] of inputs.entries()) {
    const theirs = results[index];
    expect(theirs?.error).toBeUndefined();
    const [outcome] = await numbers.analyze({
      studyInstanceUID: input.header.studyInstanceUID,
      inputs: [input],
      stated,
      modelIds: [id],
      device: 'cpu',
      withMaps: false,
    });
    expect(outcome?.record.result).toMatchObject({ status: 'completed', reason: null });
    for (const { label, score, probability } of outcome?.record.result.scores ?? []) {
      largest = Math.max(largest, Math.abs(score - (theirs?.scores[label] ?? Number.NaN)));
      const theirProbability = theirs?.probabilities[label];
      expect(probability === undefined).toBe(theirProbability === undefined);
      if (probability !== undefined)
        largest = Math.max(largest, Math.abs(probability - (theirProbability ?? Number.NaN)));
    }
  }
  // Kept in the test's output: how close it is, not only that it is close enough.
  console.log(`${id}: largest difference over ${inputs.length} files: ${largest.toExponential(1)}`);
  return largest;
}

function keep(bytes: Uint8Array, name: string): AnalysisInput {
  const path = join(home, name);
  writeFileSync(path, bytes);
  return { header: readHeader(bytes), sha256: hash('sha256', bytes), location: { path } };
}

/** A smooth picture with some grain, in 12 of 16 bits: something like an exposure. */
function picture(rows: number, columns: number): Uint16Array {
  let state = 7;
  return Uint16Array.from({ length: rows * columns }, (_, i) => {
    const x = (i % columns) / columns;
    const y = Math.floor(i / columns) / rows;
    state = (state * 1103515245 + 12345) % 2147483648;
    const lungs =
      Math.exp(-((x - 0.3) ** 2 + (y - 0.5) ** 2) * 25) + Math.exp(-((x - 0.7) ** 2 + (y - 0.5) ** 2) * 25);
    return Math.round(3000 - 2200 * lungs + (state / 2147483648) * 90);
  });
}

describe.skipIf(PYTHON === null).each(READS)(
  'scores of $id beside Python’s onnxruntime on the same file (needs Python with onnxruntime and pydicom)',
  (reads) => {
    it('agree on uncompressed 16-bit radiographs: odd sizes, MONOCHROME1, a rescale', async () => {
      const pixels = picture(701, 513);
      const base = { rows: 701, columns: 513, pixels };
      const inputs = [
        keep(testImageBytes({ ...base, number: 1 }), 'plain.dcm'),
        keep(testImageBytes({ ...base, number: 2, photometric: 'MONOCHROME1' }), 'mono1.dcm'),
        keep(
          testImageBytes({
            ...base,
            number: 3,
            tags: { '00281052': ['DS', '-1024.5'], '00281053': ['DS', '0.731'] },
          }),
          'rescaled.dcm',
        ),
      ];
      expect(await compare(reads, inputs)).toBeLessThanOrEqual(TOLERANCE);
    });

    it('agree on colour', async () => {
      const red = picture(400, 380);
      const data = Uint8Array.from(
        { length: 400 * 380 * 3 },
        (_, i) => (((red[Math.floor(i / 3)] ?? 0) >> 4) + (i % 3) * 17) & 255,
      );
      const png = encode({ width: 380, height: 400, channels: 3, depth: 8, data });
      const input = keep(await wrapPlainImage(png, { name: 'colour.png', stated: {} }), 'colour.dcm');
      expect(input.header.image?.photometric).toBe('RGB');
      expect(await compare(reads, [input])).toBeLessThanOrEqual(TOLERANCE);
    });

    // The file's patient is an adult.
    it.skipIf(!existsSync(REAL) || reads.id !== 'chest-adult')(
      'agree on a real CR: JPEG 2000, MONOCHROME1, 15 bits (needs OVERREAD_TEST_DATA)',
      async () => {
        expect(await compare(reads, [keep(readFileSync(REAL), 'real.dcm')])).toBeLessThanOrEqual(TOLERANCE);
      },
    );

    it.skipIf(!existsSync(reads.images))(
      'agree on real radiographs in JPEG (needs OVERREAD_TEST_DATA)',
      async () => {
        const names = readdirSync(reads.images).toSorted();
        const some = names.filter((_, index) => index % Math.floor(names.length / 12) === 0);
        const inputs = await Promise.all(
          some.map(async (name) => {
            const bytes = await wrapPlainImage(readFileSync(join(reads.images, name)), {
              name,
              stated: reads.stated,
            });
            return keep(bytes, `${name}.dcm`);
          }),
        );
        expect(inputs.length).toBeGreaterThanOrEqual(12);
        expect(await compare(reads, inputs)).toBeLessThanOrEqual(TOLERANCE);
      },
    );
  },
);
