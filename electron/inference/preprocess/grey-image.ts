import { Refused } from '../../shared/errors.ts';
import type { DecodedFrame } from '../../shared/pixels.ts';

type LevelIndex = Uint8Array | Int8Array | Uint16Array | Int16Array;

/**
 * A grey image in float64, held so that a step over the pixels costs a step over the grey levels.
 *
 * Integer images of up to 16 bits keep their stored values as `index`; pixel p has the value
 * `values[index[p] - lowest]`, and `counts` says how many pixels lie at each level. Every other image
 * has one value a pixel (`index` and `counts` null). Both give the same numbers: each step works value by value.
 */
export interface GreyImage {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
  readonly counts: Uint32Array | null;
  readonly index: LevelIndex | null;
  readonly lowest: number;
}

/** An image of one value a pixel. */
export function plainImage(rows: number, columns: number, values: Float64Array): GreyImage {
  return { rows, columns, values, counts: null, index: null, lowest: 0 };
}

function levelRange(data: DecodedFrame['data']): { lowest: number; levels: number } | null {
  if (data instanceof Uint8Array) return { lowest: 0, levels: 1 << 8 };
  if (data instanceof Int8Array) return { lowest: -(1 << 7), levels: 1 << 8 };
  if (data instanceof Uint16Array) return { lowest: 0, levels: 1 << 16 };
  if (data instanceof Int16Array) return { lowest: -(1 << 15), levels: 1 << 16 };
  return null;
}

/**
 * The stored values of a one-sample frame.
 *
 * @throws Refused `value-not-a-number` where a float image holds NaN or infinity: no percentile is defined over them.
 */
export function greyFromFrame(frame: DecodedFrame): GreyImage {
  const { rows, columns, data } = frame;
  const range = levelRange(data);
  if (range === null) {
    const values = Float64Array.from(data);
    if (!values.every(Number.isFinite)) {
      throw new Refused(
        'value-not-a-number',
        'The image holds values that are not numbers, so a model cannot read it.',
      );
    }
    return plainImage(rows, columns, values);
  }
  const all = new Uint32Array(range.levels);
  for (let p = 0; p < data.length; p++) {
    const level = (data[p] as number) - range.lowest;
    all[level] = (all[level] as number) + 1;
  }
  // Steps go over the levels between the lowest and the highest that occur: mostly 8 or 12 bits of 16.
  const first = Math.max(
    0,
    all.findIndex((count) => count > 0),
  );
  const counts = all.subarray(first, all.findLastIndex((count) => count > 0) + 1);
  const lowest = range.lowest + first;
  const values = new Float64Array(counts.length);
  for (let level = 0; level < values.length; level++) values[level] = level + lowest;
  return { rows, columns, values, counts, index: data as LevelIndex, lowest };
}

/** 0.299 R + 0.587 G + 0.114 B of an interleaved colour frame (ITU-R BT.601 luma). */
export function lumaFromFrame(frame: DecodedFrame): GreyImage {
  const { rows, columns, data } = frame;
  const values = new Float64Array(rows * columns);
  for (let p = 0, at = 0; p < values.length; p++, at += 3) {
    values[p] =
      0.299 * (data[at] as number) + 0.587 * (data[at + 1] as number) + 0.114 * (data[at + 2] as number);
  }
  return plainImage(rows, columns, values);
}

/** The three samples of an interleaved colour frame, a plane each. */
export function planesFromFrame(frame: DecodedFrame): GreyImage[] {
  const { rows, columns, data } = frame;
  return [0, 1, 2].map((sample) => {
    const values = new Float64Array(rows * columns);
    for (let p = 0, at = sample; p < values.length; p++, at += 3) values[p] = data[at] as number;
    return plainImage(rows, columns, values);
  });
}

/** The same image with `change` applied to each value. */
export function mapValues(image: GreyImage, change: (value: number) => number): GreyImage {
  return { ...image, values: image.values.map(change) };
}

/** Smallest and largest value that a pixel has. */
export function extent(image: GreyImage): { min: number; max: number } {
  const { values, counts } = image;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    if (counts !== null && counts[i] === 0) continue;
    const value = values[i] as number;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
}
