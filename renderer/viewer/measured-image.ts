import { type MeasuredImage, valueUnit } from '../../electron/shared/measure.ts';
import type { DecodedFrame, ImageAttributes } from '../../electron/shared/pixels.ts';

/** The stored values of a frame with their meaning: what is measured is what was decoded, not what is drawn. */
export function measuredImage(decoded: DecodedFrame, image: ImageAttributes): MeasuredImage {
  return {
    rows: decoded.rows,
    columns: decoded.columns,
    samples: decoded.samples,
    data: decoded.data,
    rescaleSlope: image.rescaleSlope,
    rescaleIntercept: image.rescaleIntercept,
    rescaleType: image.rescaleType,
    pixelPadding: image.pixelPadding,
    pixelSpacing: image.pixelSpacing,
    spacingSource: image.spacingSource,
  };
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
export function probe(
  decoded: DecodedFrame,
  image: ImageAttributes,
  [x, y]: readonly [number, number],
): Probe | null {
  const column = Math.round(x);
  const row = Math.round(y);
  if (column < 0 || row < 0 || column >= decoded.columns || row >= decoded.rows) return null;
  const at = (row * decoded.columns + column) * decoded.samples;
  const stored = Array.from(decoded.data.subarray(at, at + decoded.samples));
  const first = stored[0];
  const unit = valueUnit(image);
  if (decoded.samples === 3 || first === undefined || unit === 'stored value') {
    return { column, row, stored, value: null };
  }
  return {
    column,
    row,
    stored,
    value: { number: first * image.rescaleSlope + image.rescaleIntercept, unit },
  };
}
