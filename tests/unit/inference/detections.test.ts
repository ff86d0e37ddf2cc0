import { describe, expect, it } from 'vitest';
import { checkManifest } from '../../../electron/inference/check-manifest.ts';
import { findingDifferences } from '../../../electron/inference/compare-findings.ts';
import { type Candidate, decodeDetections } from '../../../electron/inference/postprocess/detections.ts';
import { interpretOutputs } from '../../../electron/inference/postprocess/interpret-outputs.ts';
import type { OutputTensor } from '../../../electron/inference/session.ts';
import type { PackManifest } from '../../../electron/shared/pack.ts';
import { SIZE, testManifest } from '../../fixtures/test-pack.ts';

/** Numbers in (0, 1) that Python makes alike (Park and Miller 1988). */
function stream(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
}

/** A map of steep scores, many of them equal, with boxes around the middle of each cell of 8 pixels. */
function drawn(seed: number, rows: number, columns: number): OutputTensor {
  const next = stream(seed);
  const cells = rows * columns;
  const values = new Float32Array(5 * cells);
  for (let c = 0; c < cells; c++) values[c] = Math.round(next() * 24) / 4 - 3;
  for (let c = 0; c < cells; c++) {
    const x = (c % columns) * 8 + 4;
    const y = Math.floor(c / columns) * 8 + 4;
    const wide = next() * 30 + 4;
    const high = next() * 30 + 4;
    values[cells + c] = x - wide / 2;
    values[2 * cells + c] = y - high / 2;
    values[3 * cells + c] = x + wide / 2;
    values[4 * cells + c] = y + high / 2;
  }
  return { values, shape: [1, 5, rows, columns] };
}

const REFERENCE = [
  {
    seed: 7,
    rows: 9,
    columns: 7,
    floor: -3,
    most: 20,
    raw: [2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 0.75, -0.5],
    x0: [3.1324, 46.2756, 22.4293, -11.6949, 12.2146, 40.6773, 20.9171, 44.5632, -6.3606],
    y1: [18.9452, 23.1406, 43.2313, 47.554, 47.9614, 65.0234, 75.7748, 81.2632, 81.571],
  },
  {
    seed: 11,
    rows: 6,
    columns: 12,
    floor: 1.5,
    most: 4,
    raw: [3.0, 3.0, 2.75, 2.75],
    x0: [-4.3353, 44.3248, 44.0925, 77.3181],
    y1: [45.7017, 55.8817, 32.4569, 43.7761],
  },
  {
    seed: 2026,
    rows: 14,
    columns: 14,
    floor: 0,
    most: 20,
    raw: [
      3.0, 2.75, 2.75, 2.75, 2.75, 2.75, 2.75, 2.75, 2.5, 2.5, 2.5, 2.5, 2.5, 2.25, 2.0, 2.0, 2.0, 2.0, 1.75,
      1.75,
    ],
    x0: [
      82.428, 78.1093, 11.1914, 83.2677, 36.4079, 59.9288, 9.1818, 37.9684, 58.1105, 100.8729, 85.3964,
      1.6725, -2.9748, 4.8701, 39.9831, 102.9167, -10.1678, 33.5495, 33.411, 61.8535,
    ],
    y1: [
      49.1264, 12.6131, 41.476, 34.9349, 57.5572, 66.3995, 77.9675, 116.4454, 44.063, 65.5793, 80.5653,
      104.0365, 111.7752, 16.0601, 23.6519, 25.7128, 30.7103, 121.1033, 14.136, 86.8231,
    ],
  },
];

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;

/** A map of 2 × 2 cells over the test pack's 16 × 16 input: [raw, box] a cell. */
function small(
  ...cells: readonly (readonly [number, readonly [number, number, number, number]])[]
): OutputTensor {
  const values = [0, 1, 2, 3, 4].flatMap((channel) =>
    cells.map(([raw, box]) => (channel === 0 ? raw : (box[channel - 1] as number))),
  );
  return { values: Float32Array.from(values), shape: [1, 5, 2, 2] };
}

describe('the candidates of a detector’s map', () => {
  // What `decode` of models/training/overread_training/detection_evaluation.py gives for the same maps.
  it.each(REFERENCE)(
    'are those of the Python reference: seed $seed',
    ({ seed, rows, columns, floor, most, ...wanted }) => {
      const found = decodeDetections(drawn(seed, rows, columns), 'map', { floor, most, overlap: 0.2 });
      expect(found.map(({ raw }) => raw)).toEqual(wanted.raw);
      expect(found.map(({ box }) => rounded(box[0]))).toEqual(wanted.x0);
      expect(found.map(({ box }) => rounded(box[3]))).toEqual(wanted.y1);
    },
  );

  it('keep a box that overlaps a better one by just the limit', () => {
    const map = {
      values: Float32Array.of(2, -9, 1, 0, 0, 5, 0, 0, 0, 10, 0, 15, 10, 0, 10),
      shape: [1, 5, 1, 3],
    };
    const boxes = (overlap: number): Candidate[] =>
      decodeDetections(map, 'map', { floor: 0, most: 9, overlap });
    expect(boxes(1 / 3).map(({ raw }) => raw)).toEqual([2, 1]);
    expect(boxes(0.33).map(({ raw }) => raw)).toEqual([2]);
  });

  it('are refused in another shape', () => {
    const values = new Float32Array(16);
    expect(() =>
      decodeDetections({ values, shape: [1, 4, 2, 2] }, 'map', { floor: 0, most: 1, overlap: 0 }),
    ).toThrow(/Output map has shape \[1, 4, 2, 2\]; a map of detections is \[1, 5, rows, columns\]/);
  });
});

describe('a detector’s findings', () => {
  const manifest: PackManifest = {
    ...testManifest('test', new Uint8Array(1)),
    preprocess: [
      { op: 'grey' },
      { op: 'resize', rows: SIZE, columns: SIZE, filter: 'triangle-antialias', aspect: 'letterbox' },
    ],
    outputs: [
      {
        kind: 'score',
        name: 'logit',
        label: 'Brightness',
        activation: 'sigmoid',
        displayWords: 'bright image',
      },
      {
        kind: 'detection',
        name: 'map',
        id: 'candidates',
        label: 'Brightness',
        activation: 'sigmoid',
        overlap: 0.2,
        most: 20,
        calibration: { method: 'platt', a: 1, b: -1 },
      },
    ],
  };
  /** Twice as wide as high: it fills rows 4 … 11 of the input, 10 of its pixels to one of the input's. */
  const image = {
    rows: 80,
    columns: 160,
    pixelSpacing: null,
    spacingSource: null,
    patientOrientation: null,
    sopInstanceUID: '1.2',
    frame: 0,
  };
  const logit = { values: Float32Array.of(2), shape: [1, 1] };
  // Four cells that touch are one peak; two maps of one row keep them apart.
  const map = {
    values: Float32Array.from([
      2,
      -9,
      -1,
      -9,
      -4, // raw: 0.88, –, 0.27, –, 0.018
      1,
      0,
      8,
      0,
      12,
      5,
      0,
      6,
      0,
      6,
      3,
      0,
      10,
      0,
      14,
      9,
      0,
      8,
      0,
      8,
    ]),
    shape: [1, 5, 1, 5],
  };
  const read = interpretOutputs(
    manifest,
    new Map([
      ['logit', logit],
      ['map', map],
    ]),
    image,
    false,
  );

  it('are every candidate down to the floor, each in the image’s pixels with its own score, probability and operating point', () => {
    expect(read.findings).toEqual([
      expect.objectContaining({
        label: 'Brightness',
        box: [9.5, 9.5, 29.5, 49.5],
        operatingPoint: 'balanced',
      }),
      expect.objectContaining({
        label: 'Brightness',
        box: [79.5, 19.5, 99.5, 39.5],
        operatingPoint: 'high-sensitivity',
      }),
    ]);
    expect(read.findings.map(({ score }) => rounded(score))).toEqual([0.8808, 0.2689]);
    expect(read.findings.map(({ probability }) => rounded(probability ?? Number.NaN))).toEqual([
      0.7311, 0.1192,
    ]);
  });

  it('do not count the image’s own score as one more', () => {
    expect(read.scores.map(({ score }) => rounded(score))).toEqual([0.8808]);
  });

  it('have no probability where the pack calibrates the image only', () => {
    const outputs = manifest.outputs.map((output) => {
      if (output.kind !== 'detection') return output;
      const { calibration: _, ...plain } = output;
      return plain;
    });
    const plain = interpretOutputs(
      { ...manifest, outputs },
      new Map([
        ['logit', logit],
        ['map', map],
      ]),
      image,
      false,
    );
    expect(plain.findings.every((finding) => !('probability' in finding))).toBe(true);
  });

  it('lie where the border is: none', () => {
    const outside = small([3, [2, 0, 6, 3]], [-9, [0, 0, 0, 0]], [-9, [0, 0, 0, 0]], [-9, [0, 0, 0, 0]]);
    expect(
      interpretOutputs(
        manifest,
        new Map([
          ['logit', logit],
          ['map', outside],
        ]),
        image,
        false,
      ).findings,
    ).toEqual([]);
  });

  it('must be of a label that the pack scores', () => {
    const outputs = manifest.outputs.map((output) =>
      output.kind === 'detection' ? { ...output, label: 'Something else' } : output,
    );
    expect(checkManifest({ ...manifest, outputs })).toEqual({
      faults: [expect.stringMatching(/detections ‘candidates’ are of ‘Something else’, which is no score/)],
    });
    expect(checkManifest(manifest)).toHaveProperty('manifest');
  });

  it('are laid beside those of a golden case', () => {
    const expected = read.findings.map(({ label, score, box }) => ({
      label,
      score,
      box: box ?? ([0, 0, 0, 0] as [number, number, number, number]),
    }));
    expect(findingDifferences(expected, read.findings)).toEqual({ score: 0, box: 0 });
    const moved = expected.map((one) => ({
      ...one,
      box: [one.box[0] + 0.75, one.box[1], one.box[2], one.box[3]] as typeof one.box,
    }));
    expect(findingDifferences(moved, read.findings)).toEqual({ score: 0, box: 0.75 });
    expect(findingDifferences(expected.slice(1), read.findings).box).toBe(Number.POSITIVE_INFINITY);
  });
});
