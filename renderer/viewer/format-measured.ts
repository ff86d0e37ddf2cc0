import {
  ellipseStatistics,
  type ImageBox,
  lengthOf,
  type Measured,
  type MeasuredImage,
} from '../../electron/shared/measure.ts';
import type { ImageAttributes } from '../../electron/shared/pixels.ts';

/** A number with the digits that it carries: 21, 3.4, 0.052. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (Number.isInteger(value) || size >= 1000) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1);
  return size >= 1 ? value.toFixed(2) : value.toPrecision(2);
}

function withUnit({ value, unit }: Measured<string>): string {
  return `${shortNumber(value)} ${unit}`;
}

/** '21.3 mm', 'mm at the detector', or pixels where there is no spacing. */
export function lengthWords([x0, y0, x1, y1]: ImageBox, image: ImageAttributes): string {
  return withUnit(lengthOf({ x: x0, y: y0 }, { x: x1, y: y1 }, image.pixelSpacing, image.spacingSource));
}

/** Greatest diameter of a box as words, for a finding's line. */
export function extentWords([x0, y0, x1, y1]: ImageBox, image: ImageAttributes): string {
  const { pixelSpacing, spacingSource } = image;
  const across = lengthOf({ x: x0, y: y0 }, { x: x1, y: y0 }, pixelSpacing, spacingSource);
  const down = lengthOf({ x: x0, y: y0 }, { x: x0, y: y1 }, pixelSpacing, spacingSource);
  return `${shortNumber(across.value)} × ${withUnit(down)}`;
}

/** Area, mean, standard deviation, range and number of pixels of an ellipse: one line each. */
export function ellipseWords(box: ImageBox, image: MeasuredImage): string[] {
  const { area, pixels, padding, values } = ellipseStatistics(image, box);
  const lines = [`area ${withUnit(area)}`];
  if (values === null) return lines;
  lines.push(`mean ${shortNumber(values.mean)} ${values.unit} · SD ${shortNumber(values.sd)}`);
  lines.push(`${shortNumber(values.min)} to ${shortNumber(values.max)} · ${pixels} px`);
  if (padding > 0) lines.push(`${padding} padding px left out`);
  return lines;
}
