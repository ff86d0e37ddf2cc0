import type { Placement } from './placement.ts';
import type { Shape3, Volume } from './volume.ts';

/** Part of a model's grid: where it begins (below 0: in the border) and its size. */
export interface Part {
  readonly start: Shape3;
  readonly size: Shape3;
}

/** Samples of an axis that lie on the grid, of those of a part. */
function inside(start: number, size: number, length: number): readonly [from: number, to: number] {
  return [Math.max(0, -start), Math.min(size, length - start)];
}

/**
 * Modality values of a part of the model's grid, interpolated from the stack (trilinear, float64), into `out`: last axis fastest. What lies
 * beyond the grid is left as it is.
 */
export function samplePart(
  volume: Volume,
  { axes }: Placement,
  { start, size }: Part,
  out: Float32Array | Float64Array,
): void {
  const { data, slope, intercept, shape } = volume;
  const strides = [shape[1] * shape[2], shape[2], 1] as const;
  const [a, b, c] = axes;
  const [sa, sb, sc] = [strides[a.source], strides[b.source], strides[c.source]];
  const [a0, a1] = inside(start[0], size[0], a.length);
  const [b0, b1] = inside(start[1], size[1], b.length);
  const [c0, c1] = inside(start[2], size[2], c.length);
  const low = new Int32Array(c1);
  const high = new Int32Array(c1);
  const share = c.toImage.share.subarray(start[2] + c0, start[2] + c1);
  for (let k = c0; k < c1; k++) {
    low[k] = (c.toImage.low[start[2] + k] as number) * sc;
    high[k] = (c.toImage.high[start[2] + k] as number) * sc;
  }
  for (let i = a0; i < a1; i++) {
    const ia = start[0] + i;
    const shareA = a.toImage.share[ia] as number;
    const lowA = (a.toImage.low[ia] as number) * sa;
    const highA = (a.toImage.high[ia] as number) * sa;
    for (let j = b0; j < b1; j++) {
      const jb = start[1] + j;
      const shareB = b.toImage.share[jb] as number;
      const lowB = (b.toImage.low[jb] as number) * sb;
      const highB = (b.toImage.high[jb] as number) * sb;
      const to = (i * size[1] + j) * size[2];
      const [ll, lh, hl, hh] = [lowA + lowB, lowA + highB, highA + lowB, highA + highB];
      if (shareA === 0 && shareB === 0 && c.toImage.exact) {
        for (let k = c0; k < c1; k++)
          out[to + k] = (data[ll + (low[k] as number)] as number) * slope + intercept;
        continue;
      }
      for (let k = c0; k < c1; k++) {
        const at = low[k] as number;
        const next = high[k] as number;
        const part = share[k - c0] as number;
        let value = data[ll + at] as number;
        value += ((data[ll + next] as number) - value) * part;
        if (shareB > 0) {
          let other = data[lh + at] as number;
          other += ((data[lh + next] as number) - other) * part;
          value += (other - value) * shareB;
        }
        if (shareA > 0) {
          let beyond = data[hl + at] as number;
          beyond += ((data[hl + next] as number) - beyond) * part;
          if (shareB > 0) {
            let other = data[hh + at] as number;
            other += ((data[hh + next] as number) - other) * part;
            beyond += (other - beyond) * shareB;
          }
          value += (beyond - value) * shareA;
        }
        out[to + k] = value * slope + intercept;
      }
    }
  }
}
