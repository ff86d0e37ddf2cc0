import { describe, expect, it } from 'vitest';
import { orderStatistic } from '../../../electron/inference/preprocess/order-statistic.ts';
import { preprocess } from '../../../electron/inference/preprocess/preprocess.ts';
import { triangleTaps } from '../../../electron/inference/preprocess/triangle-resize.ts';
import type { PreprocessStep } from '../../../electron/shared/pack.ts';
import type { DecodedFrame } from '../../../electron/shared/pixels.ts';

const line = (slope: number, intercept: number) => (stored: number) => stored * slope + intercept;
const IDENTITY = line(1, 0);

function grey(
  rows: number,
  columns: number,
  values: readonly number[],
  photometric = 'MONOCHROME2',
): DecodedFrame {
  return { rows, columns, samples: 1, type: 'uint16', photometric, data: Uint16Array.from(values) };
}

function run(
  frame: DecodedFrame,
  steps: readonly PreprocessStep[],
  rows: number,
  columns: number,
  transform = IDENTITY,
  planes = 1,
) {
  const resize: PreprocessStep = {
    op: 'resize',
    rows,
    columns,
    filter: 'triangle-antialias',
    aspect: 'squash',
  };
  const manifest = {
    id: 'test',
    preprocess: [...steps, resize],
    input: { name: 'image', dtype: 'float32' as const, shape: [1, planes, rows, columns] },
  };
  return [...preprocess(frame, transform, manifest)];
}

/** A deterministic stream of numbers in [0, 1). */
function noise(count: number): number[] {
  let state = 12345;
  return Array.from({ length: count }, () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  });
}

describe('the steps from stored values to a model’s input', () => {
  it('rescales by slope and intercept', () => {
    const out = run(grey(1, 2, [10, 20]), [{ op: 'modality-lut' }], 1, 2, line(2, -5));
    expect(out).toEqual([15, 35]);
  });

  it('turns MONOCHROME1 over within the range of the image, after the rescale', () => {
    const steps: PreprocessStep[] = [{ op: 'modality-lut' }, { op: 'monochrome2' }];
    const out = run(grey(1, 3, [1, 2, 5], 'MONOCHROME1'), steps, 1, 3, line(10, 0));
    expect(out).toEqual([50, 40, 10]);
  });

  it('leaves MONOCHROME2 as it is', () => {
    expect(run(grey(1, 3, [1, 2, 5]), [{ op: 'monochrome2' }], 1, 3)).toEqual([1, 2, 5]);
  });

  it('mixes colour by 0.299, 0.587, 0.114', () => {
    const frame: DecodedFrame = {
      rows: 1,
      columns: 2,
      samples: 3,
      type: 'uint8',
      photometric: 'RGB',
      data: Uint8Array.of(100, 0, 0, 0, 200, 50),
    };
    const out = run(frame, [{ op: 'modality-lut' }, { op: 'grey' }], 1, 2, line(7, 9));
    expect(out).toEqual([Math.fround(0.299 * 100), Math.fround(0.587 * 200 + 0.114 * 50)]);
  });

  it('windows between exact order statistics, without interpolation', () => {
    // n = 11: floor(0.15·10) = 1 and ceil(0.85·10) = 9, so lo = 10 and hi = 90.
    const values = [100, 0, 10, 20, 30, 40, 50, 60, 70, 80, 90];
    const out = run(grey(1, 11, values), [{ op: 'percentile-window', low: 15, high: 85 }], 1, 11);
    expect(out).toEqual([1, 0, 0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1]);
  });

  it('gives zeros for a flat image', () => {
    const out = run(grey(2, 2, [7, 7, 7, 7]), [{ op: 'percentile-window', low: 1, high: 99 }], 2, 2);
    expect(out).toEqual([0, 0, 0, 0]);
  });

  it('weighs 4 → 2 by a triangle of support 2', () => {
    const [first, second] = triangleTaps(4, 2);
    expect(first?.first).toBe(0);
    [3 / 7, 3 / 7, 1 / 7].forEach((weight, at) => expect(first?.weights[at]).toBeCloseTo(weight, 15));
    const last = [...(second?.weights ?? [])];
    expect(last.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 15);
    expect(last.at(-1)).toBeCloseTo(3 / 7, 15);
  });

  it('enlarges by plain bilinear interpolation', () => {
    expect(run(grey(1, 2, [0, 4]), [], 1, 4)).toEqual([0, 1, 3, 4]);
  });

  it('gives the very same numbers by grey levels and by pixels', () => {
    const stored = Int16Array.from(noise(41 * 37), (v) => Math.floor(v * 5000) - 2500);
    const steps: PreprocessStep[] = [
      { op: 'modality-lut' },
      { op: 'grey' },
      { op: 'monochrome2' },
      { op: 'percentile-window', low: 1, high: 99 },
    ];
    const base = { rows: 41, columns: 37, samples: 1 as const, photometric: 'MONOCHROME1' };
    const transform = line(0.37, -12.5);
    const byLevels = run({ ...base, type: 'int16', data: stored }, steps, 16, 16, transform);
    const byPixels = run(
      { ...base, type: 'float64', data: Float64Array.from(stored) },
      steps,
      16,
      16,
      transform,
    );
    expect(byLevels).toEqual(byPixels);
    expect(Math.max(...byLevels)).toBeGreaterThan(0.5);
  });

  it('finds the value at any rank as sorting does', () => {
    const values = Float64Array.from(noise(501), (v) => Math.floor(v * 40));
    const sorted = values.toSorted();
    for (const rank of [0, 1, 5, 250, 499, 500]) {
      expect(orderStatistic(values.slice(), rank)).toBe(sorted[rank]);
      expect(orderStatistic(sorted.slice(), rank)).toBe(sorted[rank]);
    }
  });

  it('refuses values that are not numbers, palettes, and colour that no step mixes', () => {
    const nan: DecodedFrame = { ...grey(1, 2, []), type: 'float32', data: Float32Array.of(1, Number.NaN) };
    expect(() => run(nan, [], 1, 2)).toThrow(expect.objectContaining({ code: 'value-not-a-number' }));
    expect(() => run(grey(1, 2, [1, 2], 'PALETTE COLOR'), [], 1, 2)).toThrow(
      expect.objectContaining({ code: 'photometric' }),
    );
    const colour: DecodedFrame = { ...grey(1, 1, [1, 2, 3]), samples: 3, photometric: 'RGB' };
    expect(() => run(colour, [], 1, 1)).toThrow(expect.objectContaining({ code: 'photometric' }));
  });
});

describe('the steps of a model of colour', () => {
  const tile = (data: Uint8Array): DecodedFrame => ({
    rows: 1,
    columns: 2,
    samples: 3,
    type: 'uint8',
    photometric: 'RGB',
    data,
  });
  const rgb: PreprocessStep[] = [{ op: 'rgb' }];

  it('gives the three samples as planes from 0 to 1, one after the other, and mixes none', () => {
    const out = run(tile(Uint8Array.of(255, 0, 51, 0, 102, 204)), rgb, 1, 2, IDENTITY, 3);
    expect(out).toEqual([1, 0, 0, 102 / 255, 51 / 255, 204 / 255].map(Math.fround));
  });

  it('resizes each plane by itself', () => {
    const out = run(tile(Uint8Array.of(255, 0, 51, 0, 0, 51)), rgb, 1, 4, IDENTITY, 3);
    expect(out).toEqual([1, 0.75, 0.25, 0, 0, 0, 0, 0, 0.2, 0.2, 0.2, 0.2].map(Math.fround));
  });

  it('applies no modality transform to colours', () => {
    const out = run(tile(Uint8Array.of(255, 0, 0, 255, 0, 0)), rgb, 1, 2, line(2, 5), 3);
    expect(out.slice(0, 2)).toEqual([1, 1]);
  });

  it('refuses a grey image, and colours of more than 8 bits', () => {
    const refused = expect.objectContaining({ code: 'photometric' });
    expect(() => run(grey(1, 2, [1, 2]), rgb, 1, 2, IDENTITY, 3)).toThrow(refused);
    const deep: DecodedFrame = { ...tile(Uint8Array.of()), type: 'uint16', data: new Uint16Array(6) };
    expect(() => run(deep, rgb, 1, 2, IDENTITY, 3)).toThrow(refused);
  });

  it('refuses a pack whose input has another number of planes', () => {
    expect(() => run(tile(new Uint8Array(6)), rgb, 1, 2, IDENTITY, 1)).toThrow(
      expect.objectContaining({ code: 'pack-manifest' }),
    );
  });
});
