import { type GreyImage, plainImage } from './grey-image.ts';

/** For each output position: the first input that counts, and the weights from there on, which sum to 1. */
export interface TriangleTap {
  readonly first: number;
  readonly weights: Float64Array;
}

/**
 * Weights of the antialiased triangle filter along one axis: scale = in/out, support = max(scale, 1),
 * centre = (i + 0.5)·scale, weight of input j = max(0, 1 − |(j + 0.5 − centre)/support|), normalised.
 */
export function triangleTaps(sizeIn: number, sizeOut: number): TriangleTap[] {
  const scale = sizeIn / sizeOut;
  const support = Math.max(scale, 1);
  return Array.from({ length: sizeOut }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - support - 0.5));
    const end = Math.min(sizeIn, Math.ceil(centre + support + 0.5));
    const weights = new Float64Array(end - first);
    let sum = 0;
    for (let j = first; j < end; j++) {
      const weight = Math.max(0, 1 - Math.abs((j + 0.5 - centre) / support));
      weights[j - first] = weight;
      sum += weight;
    }
    for (let k = 0; k < weights.length; k++) weights[k] = (weights[k] as number) / sum;
    return { first, weights };
  });
}

/** One row of the image as float64. */
function readRow(image: GreyImage, row: number, into: Float64Array): void {
  const { columns, values, index, lowest } = image;
  const start = row * columns;
  if (index === null) {
    into.set(values.subarray(start, start + columns));
    return;
  }
  for (let x = 0; x < columns; x++) into[x] = values[(index[start + x] as number) - lowest] as number;
}

/** The taps laid end to end in plain arrays: the inner loop then reads nothing but numbers. */
function flatten(taps: readonly TriangleTap[]): {
  first: Int32Array;
  end: Int32Array;
  weights: Float64Array;
} {
  const first = Int32Array.from(taps, (tap) => tap.first);
  const end = new Int32Array(taps.length);
  const weights = new Float64Array(taps.reduce((sum, tap) => sum + tap.weights.length, 0));
  let at = 0;
  taps.forEach((tap, i) => {
    weights.set(tap.weights, at);
    at += tap.weights.length;
    end[i] = at;
  });
  return { first, end, weights };
}

/** `resize` with `triangle-antialias` and `squash`: separable, along rows first, then along columns; float64 throughout. */
export function triangleResize(image: GreyImage, rows: number, columns: number): GreyImage {
  const { first, end, weights } = flatten(triangleTaps(image.columns, columns));
  const narrow = new Float64Array(image.rows * columns);
  const line = new Float64Array(image.columns);
  for (let y = 0; y < image.rows; y++) {
    readRow(image, y, line);
    const start = y * columns;
    let tap = 0;
    for (let x = 0; x < columns; x++) {
      let from = first[x] as number;
      let sum = 0;
      for (const last = end[x] as number; tap < last; tap++) {
        sum += (weights[tap] as number) * (line[from++] as number);
      }
      narrow[start + x] = sum;
    }
  }
  const out = new Float64Array(rows * columns);
  triangleTaps(image.rows, rows).forEach((tap, y) => {
    const target = y * columns;
    tap.weights.forEach((weight, k) => {
      const source = (tap.first + k) * columns;
      for (let x = 0; x < columns; x++) {
        out[target + x] = (out[target + x] as number) + weight * (narrow[source + x] as number);
      }
    });
  });
  return plainImage(rows, columns, out);
}
