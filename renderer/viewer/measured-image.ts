import { measuredValue } from '../../electron/shared/frame-values.ts';
import type { MeasuredImage } from '../../electron/shared/measure.ts';
import type { FrameWithValues, ImageAttributes } from '../../electron/shared/pixels.ts';

/** The stored values of a frame with their meaning: what is measured is what was decoded, not what is drawn. */
export function measuredImage(decoded: FrameWithValues, image: ImageAttributes): MeasuredImage {
  const { rows, columns, samples, data, values } = decoded;
  const { pixelSpacing, spacingSource } = image;
  return { rows, columns, samples, data, values, pixelSpacing, spacingSource };
}

/** Value under the cursor; null outside the image. */
export interface Probe {
  readonly column: number;
  readonly row: number;
  readonly stored: readonly number[];
  /** Rescaled value and its unit; null where it says no more than the stored value (colour, or no rescale). */
  readonly value: { readonly number: number; readonly unit: string } | null;
}

/** Reads the pixel whose centre is nearest to an image point. */
export function probe(decoded: FrameWithValues, [x, y]: readonly [number, number]): Probe | null {
  const column = Math.round(x);
  const row = Math.round(y);
  if (column < 0 || row < 0 || column >= decoded.columns || row >= decoded.rows) return null;
  const at = (row * decoded.columns + column) * decoded.samples;
  const stored = Array.from(decoded.data.subarray(at, at + decoded.samples));
  const first = stored[0];
  if (decoded.samples === 3 || first === undefined) return { column, row, stored, value: null };
  const { unit, of } = measuredValue(decoded.values, [first]);
  return { column, row, stored, value: unit === 'stored value' ? null : { number: of(first), unit } };
}
