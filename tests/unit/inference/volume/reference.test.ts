import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createEngine } from '../../../../electron/inference/create-engine.ts';
import { loadPack } from '../../../../electron/inference/load-pack.ts';
import { selectVolumes } from '../../../../electron/inference/select-volumes.ts';
import { openSession } from '../../../../electron/inference/session.ts';
import { readVolume } from '../../../../electron/inference/volume/read-volume.ts';
import { volumeModelOf } from '../../../../electron/inference/volume/run-volume.ts';
import { segmentVolume } from '../../../../electron/inference/volume/segment-volume.ts';
import type { PackManifest } from '../../../../electron/shared/pack.ts';
import type { AnalysisInput } from '../../../../electron/shared/ports.ts';
import type { PackVolume } from '../../../../electron/shared/pack-volume.ts';
import { findPython, runPython } from '../../../fixtures/python.ts';
import { AXIAL, lopsided, type TestStack, writeTestStack } from '../../../fixtures/test-stack.ts';
import {
  referenceJob,
  TEST_VOLUME,
  type TestNetwork,
  volumeManifest,
  writeVolumePack,
} from '../../../fixtures/volume-pack.ts';

/** The other computation is Python's: pydicom, numpy, scipy and onnxruntime; without them these are skipped, and say so. */
const PYTHON = findPython(['onnx', 'onnxruntime', 'numpy', 'scipy', 'pydicom']);
const WITHOUT =
  PYTHON === null
    ? ' (SKIPPED: no Python with onnx, onnxruntime, numpy, scipy and pydicom; set OVERREAD_PYTHON)'
    : '';
const FIXTURES = resolve(import.meta.dirname, '../../../fixtures');

interface Case {
  readonly stack: Omit<TestStack, 'value'>;
  readonly network?: TestNetwork;
  readonly window: readonly [number, number, number];
  readonly volume?: Partial<PackVolume>;
}

const steps = (
  axes: string,
  mm: readonly [number, number, number] | null,
  last: 'scale' | 'standardise' = 'scale',
): PackVolume['steps'] => [
  { op: 'modality-lut' },
  { op: 'orient', axes },
  ...(mm === null ? [] : [{ op: 'spacing' as const, mm: [...mm] as [number, number, number] }]),
  last === 'scale'
    ? { op: 'scale-range', from: [-200, 800], to: [0, 1], clip: true }
    : { op: 'standardise', nonZeroOnly: false },
];

const SIZE = { shape: [30, 44, 52], spacing: [2.2, 1.5, 1.3] } as const;
const turned = Math.PI / 15;

const CASES: Record<string, Case> = {
  'as it lies': { stack: { ...SIZE, ...AXIAL }, window: [16, 16, 24] },
  'softmax over two classes': { stack: { ...SIZE, ...AXIAL }, network: 'two', window: [16, 16, 24] },
  'files from head to feet': { stack: { ...SIZE, ...AXIAL, along: [0, 0, -1] }, window: [16, 16, 24] },
  'to another spacing, anisotropic': {
    stack: { ...SIZE, ...AXIAL },
    network: 'two',
    window: [16, 16, 16],
    volume: { steps: steps('HPL', [1.5, 2, 2.5]) },
  },
  'to a finer spacing': {
    stack: { shape: [12, 30, 28], spacing: [5, 1.7, 1.7], ...AXIAL },
    window: [24, 24, 24],
    volume: { steps: steps('HPL', [1.1, 1.1, 1.1]) },
  },
  'sagittal, for a model of axial slices': {
    stack: {
      shape: [40, 36, 44],
      spacing: [1.6, 1.4, 1.2],
      row: [0, 1, 0],
      column: [0, 0, -1],
      along: [1, 0, 0],
    },
    network: 'two',
    window: [16, 24, 16],
    volume: { steps: steps('HPL', [2, 1.5, 1.5]) },
  },
  'coronal, in MONAI’s RAS': {
    stack: {
      shape: [36, 40, 44],
      spacing: [1.9, 1.4, 1.2],
      row: [1, 0, 0],
      column: [0, 0, -1],
      along: [0, 1, 0],
    },
    window: [16, 16, 24],
    volume: { steps: steps('RAH', [1.5, 1.5, 2]) },
  },
  'oblique by 12°': {
    stack: {
      ...SIZE,
      row: [1, 0, 0],
      column: [0, Math.cos(turned), Math.sin(turned)],
      along: [0, -Math.sin(turned), Math.cos(turned)],
    },
    window: [16, 16, 24],
    volume: { steps: steps('FAR', [2, 2, 2]) },
  },
  'smaller than the window': {
    stack: { shape: [9, 21, 17], spacing: [3, 2, 2], ...AXIAL },
    network: 'two',
    window: [16, 32, 20],
    volume: { window: { overlap: 0.5, sigma: 0.2, pad: 0.1 } },
  },
  standardised: {
    stack: { ...SIZE, ...AXIAL, slope: 0.5, intercept: -1000 },
    window: [16, 16, 24],
    volume: { steps: steps('HPL', [2, 2, 2], 'standardise') },
  },
  'with half the window shared': {
    stack: { ...SIZE, ...AXIAL },
    network: 'two',
    window: [16, 16, 24],
    volume: { window: { ...TEST_VOLUME.window, overlap: 0.5 } },
  },
};

/** Sørensen and Dice: twice what both mark over what each marks. */
function dice(a: Uint8Array, b: Uint8Array): number {
  let [both, all] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    const [left, right] = [a[i] === 0 ? 0 : 1, b[i] === 0 ? 0 : 1];
    both += left & right;
    all += left + right;
  }
  return (2 * both) / all;
}

const HOME = mkdtempSync(join(tmpdir(), 'overread-volume-test-'));
afterAll(() => rmSync(HOME, { recursive: true }));

/** What one case is read from and compared with. */
function placesOf(index: number) {
  const home = join(HOME, String(index));
  return {
    files: join(home, 'files'),
    packs: join(home, 'packs'),
    weights: join(home, 'model.onnx'),
    job: join(home, 'job.json'),
    out: join(home, 'reference'),
  };
}

interface Prepared {
  readonly inputs: AnalysisInput[];
  readonly manifest: PackManifest;
  readonly folder: string;
}

/** All cases through Python at once: most of its time goes into its start. */
function prepareAll(python: string): Prepared[] {
  const cases = Object.values(CASES);
  const inputs = cases.map(({ stack }, index) =>
    writeTestStack(placesOf(index).files, { ...stack, value: lopsided }),
  );
  const asked = cases.flatMap(({ network = 'bone', window }, index) => [
    placesOf(index).weights,
    network,
    ...window.map(String),
  ]);
  runPython(python, [join(FIXTURES, 'volume_model.py'), ...asked]);
  const prepared = cases.map(({ network = 'bone', window, volume }, index) => {
    const { weights, packs, files, job, out } = placesOf(index);
    const bytes = readFileSync(weights);
    const manifest = volumeManifest('bone-ct', bytes, network, window, volume);
    const folder = writeVolumePack(packs, manifest, bytes);
    writeFileSync(job, JSON.stringify(referenceJob(manifest, files, weights, out)));
    return { inputs: inputs[index] ?? [], manifest, folder };
  });
  runPython(python, [join(FIXTURES, 'volume_reference.py'), ...cases.map((_, index) => placesOf(index).job)]);
  return prepared;
}

describe.skipIf(PYTHON === null)(
  `a volume through a network and back, beside numpy and scipy${WITHOUT}`,
  () => {
    let all: Prepared[] = [];
    beforeAll(() => {
      all = prepareAll(PYTHON ?? '');
    }, 300_000);

    it.each(Object.keys(CASES).map((name, index) => ({ name, index })))(
      '$name',
      async ({ name, index: at }) => {
        const { stack } = CASES[name] as Case;
        const { inputs, manifest, folder } = all[at] as Prepared;
        const { packs, out } = placesOf(at);
        const said = JSON.parse(readFileSync(`${out}.json`, 'utf8')) as {
          uids: string[];
          shape: number[];
          voxels: number[];
        };
        const bytes = readFileSync(`${out}.probabilities`);
        const theirs = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
        const theirMask = new Uint8Array(readFileSync(`${out}.0.mask`));

        // The numbers themselves, in this process.
        const selected = selectVolumes(manifest, manifest.volume as PackVolume, inputs.toReversed(), {});
        if ('abstains' in selected) throw new Error(selected.abstains);
        const [read] = selected.volumes;
        if (read === undefined) throw new Error('no volume');
        const slices = read.slices.map(({ input, frame }) => ({
          path: input.location.path,
          sha256: input.sha256,
          sopInstanceUID: input.header.sopInstanceUID,
          frame,
        }));
        expect(slices.map(({ sopInstanceUID }) => sopInstanceUID)).toEqual(said.uids);
        const session = await openSession(loadPack(folder), 'cpu');
        const inMemory = await readVolume(slices, read, true, () => Promise.resolve());
        const model = volumeModelOf(manifest);
        if (model === null) throw new Error('no model');
        let worst = 0;
        const [channels = 0, planes = 0, rows = 0, columns = 0] = said.shape;
        const seen: number[] = [];
        const segmented = await segmentVolume(
          model,
          session,
          inMemory.volume,
          undefined,
          (index, values, count) => {
            seen.push(index);
            expect(count).toBe(channels);
            const cells = rows * columns;
            for (let i = 0; i < values.length; i++) {
              const channel = Math.floor(i / cells);
              worst = Math.max(
                worst,
                Math.abs(
                  (values[i] as number) -
                    (theirs[(channel * planes + index) * cells + (i % cells)] as number),
                ),
              );
            }
          },
        );
        expect(segmented.grid.modelShape).toEqual([planes, rows, columns]);
        expect(seen).toEqual(Array.from({ length: planes }, (__, at) => at));
        expect(worst).toBeLessThan(1e-4);
        await session.release();

        // The masks, as the engine's own process gives them.
        const engine = createEngine({ packsDirectory: packs, overreadVersion: '9.9.9' });
        onTestFinished(() => engine.close());
        const [outcome] = await engine.analyze({
          studyInstanceUID: '1.2.3.77.1',
          inputs,
          stated: {},
          modelIds: null,
          device: 'cpu',
          withMaps: true,
        });
        expect(outcome?.record.result).toMatchObject({ status: 'completed', reason: null });
        const [, height, width] = stack.shape;
        const ours = new Uint8Array(theirMask.length);
        for (const { sopInstanceUID, png } of outcome?.maps ?? [])
          ours.set(decode(png).data, said.uids.indexOf(sopInstanceUID) * height * width);
        expect(said.voxels[0]).toBeGreaterThan(200);
        expect(dice(ours, theirMask)).toBeGreaterThanOrEqual(0.999);
        const [segmentation] = outcome?.record.result.segmentations ?? [];
        expect(Math.abs((segmentation?.voxels ?? 0) - (said.voxels[0] ?? 0))).toBeLessThanOrEqual(
          0.001 * (said.voxels[0] ?? 0),
        );
        const [between, down, across] = stack.spacing;
        expect(segmentation?.volume_ml).toBeCloseTo(
          ((segmentation?.voxels ?? 0) * between * down * across) / 1000,
          6,
        );
      },
      60_000,
    );
  },
);
