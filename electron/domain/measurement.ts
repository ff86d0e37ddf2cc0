import { type ImageBox, knownSpacing, type LengthUnit, lengthUnit } from '../shared/measure.ts';
import type { ImageAttributes } from '../shared/pixels.ts';

/** Width and height of a mark, in millimetres where the file gives a spacing, else in pixels. */
export interface Extent {
  readonly width: number;
  readonly height: number;
  readonly unit: LengthUnit;
}

/** How large a bounding box is on its image. */
export function extentOf(
  image: Pick<ImageAttributes, 'pixelSpacing' | 'spacingSource'>,
  box: ImageBox,
): Extent {
  const [rowSpacing, columnSpacing] = knownSpacing(image.pixelSpacing, image.spacingSource) ?? [1, 1];
  return {
    width: Math.abs(box[2] - box[0]) * columnSpacing,
    height: Math.abs(box[3] - box[1]) * rowSpacing,
    unit: lengthUnit(image.pixelSpacing, image.spacingSource),
  };
}

/** An extent in words: whole pixels, or millimetres to one digit. */
export function extentWords(extent: Extent): string {
  const digits = extent.unit === 'px' ? 0 : 1;
  return `${extent.width.toFixed(digits)} × ${extent.height.toFixed(digits)} ${extent.unit}`;
}
