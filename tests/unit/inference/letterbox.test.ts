import { describe, expect, it } from 'vitest';
import { boxOfImage, placementOf } from '../../../electron/inference/preprocess/letterbox.ts';
import { preprocess } from '../../../electron/inference/preprocess/preprocess.ts';
import type { PreprocessStep } from '../../../electron/shared/pack.ts';

const SIZE = 96;
const STEP = {
  op: 'resize',
  rows: SIZE,
  columns: SIZE,
  filter: 'triangle-antialias',
  aspect: 'letterbox',
} as const satisfies PreprocessStep;

/** An image of 0 with a rectangle of 200 that covers the pixels x0 … x1 − 1 and y0 … y1 − 1. */
function phantom(rows: number, columns: number, [x0, y0, x1, y1]: readonly number[]) {
  const data = new Uint8Array(rows * columns);
  for (let y = y0 as number; y < (y1 as number); y++)
    data.fill(200, y * columns + (x0 as number), y * columns + (x1 as number));
  return { rows, columns, samples: 1 as const, type: 'uint8' as const, photometric: 'MONOCHROME2', data };
}

function inputOf(frame: ReturnType<typeof phantom>, spacing: readonly [number, number] | null): Float32Array {
  const manifest = {
    id: 'test',
    preprocess: [STEP],
    input: { name: 'image', dtype: 'float32' as const, shape: [1, 1, SIZE, SIZE] },
  };
  return preprocess(frame, (stored) => stored, manifest, spacing);
}

/** Where a rectangle's profile begins and ends, in edges of pixels: its middle is the centre of mass, its length the mass over the height. */
function edges(profile: readonly number[]): [number, number] {
  const mass = profile.reduce((sum, v) => sum + v, 0);
  const middle = profile.reduce((sum, v, i) => sum + v * (i + 0.5), 0) / mass;
  const length = mass / 200;
  return [middle - length / 2, middle + length / 2];
}

describe('a letterboxed image', () => {
  it.each<[number, number, readonly [number, number] | null, number[]]>([
    // rows, columns, spacing → top, left, rows, columns
    [200, 100, null, [0, 24, 96, 48]],
    [100, 200, null, [24, 0, 48, 96]],
    [454, 373, null, [0, 8, 96, 79]],
    [96, 96, null, [0, 0, 96, 96]],
    [100, 100, [2, 1], [0, 24, 96, 48]],
    [100, 100, [0.1, 0.4], [36, 0, 24, 96]],
    [1000, 1, null, [0, 47, 96, 1]],
  ])('%i × %i with spacing %j keeps its aspect', (rows, columns, pixelSpacing, [top, left, high, wide]) => {
    expect(placementOf(STEP, { rows, columns, pixelSpacing })).toEqual({
      top,
      left,
      rows: high,
      columns: wide,
      inputRows: SIZE,
      inputColumns: SIZE,
    });
  });

  it('is 0 around the image', () => {
    const input = inputOf(phantom(50, 100, [0, 0, 100, 50]), null);
    const bright = [...input].flatMap((v, i) => (v > 0 ? [Math.floor(i / SIZE)] : []));
    expect([Math.min(...bright), Math.max(...bright), bright.length]).toEqual([24, 71, 48 * 96]);
  });

  it.each<[number, number, readonly [number, number] | null, [number, number, number, number]]>([
    [454, 373, null, [120, 200, 180, 260]],
    [373, 454, null, [20, 40, 90, 100]],
    [96, 96, null, [10, 20, 30, 50]],
    [40, 60, null, [10, 5, 30, 25]],
    [768, 614, null, [300, 500, 400, 640]],
    [300, 300, [0.2, 0.1], [60, 90, 180, 150]],
    [200, 400, [0.1, 0.3], [100, 40, 260, 160]],
    [301, 203, [0.143, 0.143], [51, 73, 99, 141]],
  ])(
    'of %i × %i with spacing %j maps a box back to the drawn rectangle',
    (rows, columns, pixelSpacing, drawn) => {
      const input = inputOf(phantom(rows, columns, drawn), pixelSpacing);
      const image = { rows, columns, pixelSpacing };
      const place = placementOf(STEP, image);
      const down = (drawn[1] + drawn[3]) / 2;
      const across = (drawn[0] + drawn[2]) / 2;
      const row = Math.floor(place.top + (down * place.rows) / rows);
      const column = Math.floor(place.left + (across * place.columns) / columns);
      const [x0, x1] = edges([...input.subarray(row * SIZE, (row + 1) * SIZE)]);
      const [y0, y1] = edges(Array.from({ length: SIZE }, (_, y) => input[y * SIZE + column] as number));
      const box = boxOfImage([x0, y0, x1, y1], place, image);
      // Pixel i reaches from i − 0.5 to i + 0.5: the origin is the centre of the top left one.
      for (const side of [0, 1, 2, 3] as const) {
        expect(Math.abs((box?.[side] ?? Number.NaN) - (drawn[side] - 0.5))).toBeLessThan(0.5);
      }
    },
  );

  it('gives no box whose centre lies in the border, and cuts one at the image’s edge', () => {
    const image = { rows: 50, columns: 100, pixelSpacing: null };
    const place = placementOf(STEP, image);
    expect(boxOfImage([10, 0, 20, 20], place, image)).toBeNull();
    expect(boxOfImage([-10, 20, 48, 48], place, image)).toEqual([-0.5, -0.5, 49.5, 24.5]);
  });
});
