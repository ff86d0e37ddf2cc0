import { type FrameValues, measuredValue, paddingTest } from './frame-values.ts';
import type { PixelArray } from './pixels.ts';

/** In pixels of the image, origin at the centre of the top left pixel; x to the right, y down. */
export interface ImagePoint {
  readonly x: number;
  readonly y: number;
}

/** Millimetres between rows (down) and between columns (across); null where the file does not say. */
export type Spacing = readonly [number, number] | null;
export type SpacingSource = 'patient' | 'detector' | null;
export type LengthUnit = 'mm' | 'mm at the detector' | 'px';
export type AreaUnit = 'mm²' | 'mm² at the detector' | 'px²';

export interface Measured<Unit extends string> {
  readonly value: number;
  readonly unit: Unit;
}

/**
 * The spacing that may be measured with: none where nothing says whether it holds in the patient or at the detector. (Earlier builds
 * kept no source of objects whose frames differ in spacing: those are measured in pixels until they are imported again.)
 */
export function knownSpacing(spacing: Spacing, source: SpacingSource): Spacing {
  return source === null ? null : spacing;
}

/** 'mm' only with a spacing in the patient; at the detector the size is magnified, and the unit says so. */
export function lengthUnit(spacing: Spacing, source: SpacingSource): LengthUnit {
  if (knownSpacing(spacing, source) === null) return 'px';
  return source === 'detector' ? 'mm at the detector' : 'mm';
}

export function areaUnit(spacing: Spacing, source: SpacingSource): AreaUnit {
  if (knownSpacing(spacing, source) === null) return 'px²';
  return source === 'detector' ? 'mm² at the detector' : 'mm²';
}

/** Distance of two points of one image; in pixels where there is no spacing. */
export function lengthOf(
  p0: ImagePoint,
  p1: ImagePoint,
  spacing: Spacing,
  source: SpacingSource,
): Measured<LengthUnit> {
  const [rowSpacing, columnSpacing] = knownSpacing(spacing, source) ?? [1, 1];
  const value = Math.hypot((p1.x - p0.x) * columnSpacing, (p1.y - p0.y) * rowSpacing);
  return { value, unit: lengthUnit(spacing, source) };
}

/** Bounding box x0, y0, x1, y1 in image pixels. */
export type ImageBox = readonly [number, number, number, number];

/** The part of an image that a region is measured on: stored values and how they are meant. */
export interface MeasuredImage {
  readonly rows: number;
  readonly columns: number;
  readonly samples: 1 | 3;
  readonly data: PixelArray;
  /** Of this very frame. */
  readonly values: FrameValues;
  readonly pixelSpacing: Spacing;
  readonly spacingSource: SpacingSource;
}

export interface RegionValues {
  readonly mean: number;
  /** Standard deviation over these pixels (divided by their number). */
  readonly sd: number;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
}

export interface RegionStatistics {
  /** π · a · b of the ellipse as drawn, also where it reaches over the image's edge. */
  readonly area: Measured<AreaUnit>;
  /** Pixels of the image whose centres lie inside, without padding. */
  readonly pixels: number;
  /** Pixels inside that hold the file's padding value; left out of the values. */
  readonly padding: number;
  /** Null where no pixel lies inside, or the image is in colour. */
  readonly values: RegionValues | null;
}

/**
 * Area and values of an ellipse, given by its bounding box. A pixel counts when its centre lies inside or on it.
 * Values are the frame's own modality or real world values (`measuredValue`).
 */
export function ellipseStatistics(image: MeasuredImage, box: ImageBox): RegionStatistics {
  const [x0, y0, x1, y1] = [
    Math.min(box[0], box[2]),
    Math.min(box[1], box[3]),
    Math.max(box[0], box[2]),
    Math.max(box[1], box[3]),
  ];
  const [a, b] = [(x1 - x0) / 2, (y1 - y0) / 2];
  const [rowSpacing, columnSpacing] = knownSpacing(image.pixelSpacing, image.spacingSource) ?? [1, 1];
  const area = {
    value: Math.PI * a * columnSpacing * b * rowSpacing,
    unit: areaUnit(image.pixelSpacing, image.spacingSource),
  };
  if (image.samples === 3 || a === 0 || b === 0) return { area, pixels: 0, padding: 0, values: null };
  const { stored, padding } = storedInside(image, { x: (x0 + x1) / 2, y: (y0 + y1) / 2 }, a, b);
  return { area, pixels: stored.length, padding, values: valuesOf(image, stored) };
}

function storedInside(
  image: MeasuredImage,
  centre: ImagePoint,
  a: number,
  b: number,
): { stored: number[]; padding: number } {
  const stored: number[] = [];
  const isPadding = paddingTest(image.values);
  let padding = 0;
  const firstRow = Math.max(0, Math.ceil(centre.y - b));
  const lastRow = Math.min(image.rows - 1, Math.floor(centre.y + b));
  for (let row = firstRow; row <= lastRow; row++) {
    const firstColumn = Math.max(0, Math.ceil(centre.x - a));
    const lastColumn = Math.min(image.columns - 1, Math.floor(centre.x + a));
    for (let column = firstColumn; column <= lastColumn; column++) {
      if (((column - centre.x) / a) ** 2 + ((row - centre.y) / b) ** 2 > 1) continue;
      const value = image.data[row * image.columns + column];
      if (value === undefined) continue;
      if (isPadding(value)) padding++;
      else stored.push(value);
    }
  }
  return { stored, padding };
}

function valuesOf(image: MeasuredImage, stored: readonly number[]): RegionValues | null {
  if (stored.length === 0) return null;
  const { unit, of } = measuredValue(image.values, stored);
  const rescaled = stored.map(of);
  const mean = rescaled.reduce((sum, value) => sum + value, 0) / rescaled.length;
  const variance = rescaled.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rescaled.length;
  return {
    mean,
    sd: Math.sqrt(variance),
    min: rescaled.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
    max: rescaled.reduce((greatest, value) => Math.max(greatest, value), Number.NEGATIVE_INFINITY),
    unit,
  };
}
