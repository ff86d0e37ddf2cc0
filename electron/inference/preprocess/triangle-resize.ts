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

/** `resize` with `triangle-antialias` and `squash`: separable, along rows first, then along columns; float64 throughout. */
export function triangleResize(image: GreyImage, rows: number, columns: number): GreyImage {
  const across = triangleTaps(image.columns, columns);
  const narrow = new Float64Array(image.rows * columns);
  const line = new Float64Array(image.columns);
  for (let y = 0; y < image.rows; y++) {
    readRow(image, y, line);
    for (let x = 0; x < columns; x++) {
      const { first, weights } = across[x] as TriangleTap;
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += (weights[k] as number) * (line[first + k] as number);
      narrow[y * columns + x] = sum;
    }
  }
  const out = new Float64Array(rows * columns);
  triangleTaps(image.rows, rows).forEach(({ first, weights }, y) => {
    const target = out.subarray(y * columns, (y + 1) * columns);
    weights.forEach((weight, k) => {
      const start = (first + k) * columns;
      for (let x = 0; x < columns; x++)
        target[x] = (target[x] as number) + weight * (narrow[start + x] as number);
    });
  });
  return plainImage(rows, columns, out);
}
