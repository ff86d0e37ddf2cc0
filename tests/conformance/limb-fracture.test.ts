import { hash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readHeader } from '../../electron/dicom/read-header.ts';
import { wrapPlainImage } from '../../electron/dicom/wrap-image.ts';
import { createEngine, type LocalEngine } from '../../electron/inference/create-engine.ts';
import type { ModelResult } from '../../electron/shared/analysis.ts';
import type { AnalysisInput } from '../../electron/shared/ports.ts';
import { findPython, runPython } from '../fixtures/python.ts';
import { testImageBytes } from '../fixtures/test-image.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PACK = join(ROOT, 'models/limb-fracture');
const DATA = resolve(ROOT, process.env['OVERREAD_TEST_DATA'] ?? '../shared/data');
const IMAGES = join(DATA, 'xray-fracture/images');
const STATED = { modality: 'DX', bodyPart: 'HAND' };
const PYTHON = findPython(['onnxruntime', 'pydicom', 'numpy', 'PIL']);

/** The pack without its distances, which may take drawn pictures for foreign: here only the numbers count (see out-of-domain.test.ts). */
let numbers: LocalEngine;
const home = mkdtempSync(join(tmpdir(), 'overread-limbs-'));

beforeAll(() => {
  const plain = join(home, 'packs/limb-fracture');
  cpSync(PACK, plain, { recursive: true });
  const path = join(plain, 'manifest.json');
  const { outOfDomain: _, ...manifest } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  writeFileSync(path, JSON.stringify(manifest));
  numbers = createEngine({ packsDirectory: join(home, 'packs'), overreadVersion: 'test' });
});
afterAll(async () => {
  await numbers.close();
  rmSync(home, { recursive: true });
});

function keep(bytes: Uint8Array, name: string): AnalysisInput {
  const path = join(home, name);
  writeFileSync(path, bytes);
  return { header: readHeader(bytes), sha256: hash('sha256', bytes), location: { path } };
}

/** `count` of the images of a folder, told to be radiographs of hands. */
async function some(folder: string, count: number): Promise<AnalysisInput[]> {
  const names = readdirSync(folder)
    .filter((name) => /\.(jpe?g|png)$/i.test(name))
    .toSorted();
  const chosen = names.filter((_, index) => index % Math.floor(names.length / count) === 0).slice(0, count);
  return Promise.all(
    chosen.map(async (name) =>
      keep(await wrapPlainImage(readFileSync(join(folder, name)), { name, stated: STATED }), `${name}.dcm`),
    ),
  );
}

async function analyze(input: AnalysisInput): Promise<ModelResult> {
  const [outcome] = await numbers.analyze({
    studyInstanceUID: input.header.studyInstanceUID,
    inputs: [input],
    stated: STATED,
    modelIds: ['limb-fracture'],
    device: 'cpu',
    withMaps: false,
  });
  if (outcome === undefined) throw new Error('The engine gave no outcome.');
  return outcome.record.result;
}

interface PythonRow {
  readonly error?: string;
  readonly scores: Record<string, number>;
  readonly findings: { readonly score: number; readonly probability: number; readonly box: number[] }[];
}

/** Largest differences from Python on the same files: of scores and probabilities, and of edges of boxes in pixels. */
async function differences(
  inputs: readonly AnalysisInput[],
): Promise<{ score: number; box: number; boxes: number }> {
  const paths = inputs.map(({ location }) => location.path);
  const script = join(ROOT, 'models/training/compare.py');
  const printed = runPython(PYTHON ?? '', [script, '--pack', PACK, '--json', '--data', ...paths]);
  const { results } = JSON.parse(printed) as { results: PythonRow[] };
  const worst = { score: 0, box: 0, boxes: 0 };
  for (const [index, input] of inputs.entries()) {
    const theirs = results[index];
    expect(theirs?.error).toBeUndefined();
    const ours = await analyze(input);
    expect(ours).toMatchObject({ status: 'completed', reason: null });
    const image = Math.abs(
      (ours.scores[0]?.score ?? Number.NaN) - (theirs?.scores['Fracture'] ?? Number.NaN),
    );
    expect(image).toBeLessThanOrEqual(1e-3);
    expect(ours.findings.length).toBe(theirs?.findings.length);
    for (const [at, finding] of ours.findings.entries()) {
      const other = theirs?.findings[at];
      worst.score = Math.max(worst.score, Math.abs(finding.score - (other?.score ?? Number.NaN)));
      worst.score = Math.max(worst.score, Math.abs((finding.probability ?? 2) - (other?.probability ?? 2)));
      for (const side of [0, 1, 2, 3] as const) {
        worst.box = Math.max(
          worst.box,
          Math.abs((finding.box?.[side] ?? Number.NaN) - (other?.box[side] ?? Number.NaN)),
        );
      }
      worst.boxes++;
    }
  }
  console.log(
    `limb-fracture: ${inputs.length} files, ${worst.boxes} boxes, scores ${worst.score}, edges ${worst.box}`,
  );
  return worst;
}

/** Bones, roughly: two bright bars with a gap, in 12 of 16 bits. */
function bars(rows: number, columns: number): Uint16Array {
  return Uint16Array.from({ length: rows * columns }, (_, i) => {
    const x = (i % columns) / columns;
    const y = Math.floor(i / columns) / rows;
    const bone = Math.abs(x - 0.4) < 0.05 || Math.abs(x - 0.6) < 0.04;
    return Math.round(
      300 + 60 * ((i * 2654435761) % 97) * 0.1 + (bone && Math.abs(y - 0.45) > 0.02 ? 2600 : 0),
    );
  });
}

describe.skipIf(PYTHON === null)(
  'findings beside Python’s (needs Python with onnxruntime and pydicom)',
  () => {
    it('agree on drawn radiographs: odd sizes, MONOCHROME1, pixels that are not square', async () => {
      const hand = { '00180015': ['CS', 'HAND'] } as const;
      const base = { rows: 701, columns: 513, pixels: bars(701, 513), tags: hand };
      const inputs = [
        keep(testImageBytes({ ...base, number: 1 }), 'plain.dcm'),
        keep(testImageBytes({ ...base, number: 2, photometric: 'MONOCHROME1' }), 'mono1.dcm'),
        keep(
          testImageBytes({ ...base, number: 3, tags: { ...hand, '00181164': ['DS', '0.1\\0.3'] } }),
          'wide.dcm',
        ),
        keep(
          testImageBytes({ ...base, number: 4, tags: { ...hand, '00280030': ['DS', '0.4\\0.15'] } }),
          'high.dcm',
        ),
      ];
      const { score, box } = await differences(inputs);
      expect(score).toBeLessThanOrEqual(1e-3);
      expect(box).toBeLessThanOrEqual(0.5);
    });

    it.skipIf(!existsSync(IMAGES))('agree on real radiographs (needs OVERREAD_TEST_DATA)', async () => {
      const { score, box, boxes } = await differences(await some(IMAGES, 16));
      expect(boxes).toBeGreaterThan(10);
      expect(score).toBeLessThanOrEqual(1e-3);
      expect(box).toBeLessThanOrEqual(0.5);
    });
  },
);
