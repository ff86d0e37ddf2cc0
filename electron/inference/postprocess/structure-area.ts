import type { Measurement } from '../../shared/analysis.ts';
import { knownSpacing } from '../../shared/measure.ts';
import type { ImageAttributes } from '../../shared/pixels.ts';
import type { MaskRegion } from './mask-regions.ts';
import type { PairedField } from './technical-quality.ts';

type Geometry = Pick<
  ImageAttributes,
  'rows' | 'columns' | 'pixelSpacing' | 'spacingSource' | 'patientOrientation'
>;

/** Two regions count as the two sides of a paired structure when the smaller has at least this part of the larger … */
const SMALLER_SIDE = 0.2;
/** … and their centres lie at least this part of the image's width apart. */
const APART = 0.15;

/** Which side of the patient the image's left is, in words; empty where the file does not say. */
function patientSide(geometry: Geometry, imageSide: 'left' | 'right'): string {
  // Patient Orientation (0020,0020) names where the rows run to: 'L' means that the image's right is the patient's left.
  const toward = geometry.patientOrientation?.[0][0];
  if (toward !== 'L' && toward !== 'R') return '';
  const right = toward === 'L' ? 'left' : 'right';
  return `, patient's ${imageSide === 'right' ? right : right === 'left' ? 'right' : 'left'}`;
}

/**
 * Area of a structure in the image's own matrix: the whole, its share of the image, and the two sides where the mask has two
 * clear parts (where it has not, sides would be a guess, and none are given). Square millimetres where the file
 * gives a pixel spacing, and the name says so where that spacing holds at the detector and not in the patient;
 * else square pixels.
 */
export function structureArea(
  label: string,
  regions: readonly MaskRegion[],
  geometry: Geometry,
  sopInstanceUID: string,
): Measurement[] {
  const spacing = knownSpacing(geometry.pixelSpacing, geometry.spacingSource);
  const perPixel = spacing === null ? 1 : spacing[0] * spacing[1];
  const unit = spacing === null ? 'px²' : 'mm²';
  const where = spacing !== null && geometry.spacingSource !== 'patient' ? ' at the detector' : '';
  const area = (part: readonly MaskRegion[]): number => part.reduce((sum, r) => sum + r.pixels, 0) * perPixel;
  const measured = (name: string, value: number, inUnit: string): Measurement => ({
    name,
    value,
    unit: inUnit,
    sopInstanceUID,
  });
  const whole = regions.reduce((sum, r) => sum + r.pixels, 0);
  const out = [
    measured(`${label} area${where}`, whole * perPixel, unit),
    measured(`${label} share of the image`, (100 * whole) / (geometry.rows * geometry.columns), '%'),
  ];
  const sides = sidesOf(regions, geometry.columns);
  if (sides === null) return out;
  for (const side of ['left', 'right'] as const) {
    out.push(
      measured(`${label} area${where}, image ${side}${patientSide(geometry, side)}`, area(sides[side]), unit),
    );
  }
  return out;
}

/** The regions of the image's left and right side; null where the mask has not two clear parts. */
function sidesOf(
  regions: readonly MaskRegion[],
  columns: number,
): Readonly<Record<'left' | 'right', readonly MaskRegion[]>> | null {
  const [first, second] = regions;
  if (first === undefined || second === undefined) return null;
  const paired =
    second.pixels >= SMALLER_SIDE * first.pixels &&
    Math.abs(first.meanColumn - second.meanColumn) >= APART * columns;
  if (!paired) return null;
  const middle = (first.meanColumn + second.meanColumn) / 2;
  return {
    left: regions.filter((r) => r.meanColumn < middle),
    right: regions.filter((r) => r.meanColumn >= middle),
  };
}

/** How alike the two sides of a structure are and how they lie, in the image's own matrix (in millimetres where it has a spacing); null without two clear parts. */
export function compareSides(regions: readonly MaskRegion[], geometry: Geometry): PairedField['sides'] {
  const sides = sidesOf(regions, geometry.columns);
  if (sides === null) return null;
  const [down, across] = knownSpacing(geometry.pixelSpacing, geometry.spacingSource) ?? [1, 1];
  const centre = (part: readonly MaskRegion[]) => {
    const pixels = part.reduce((sum, r) => sum + r.pixels, 0);
    const mean = (of: (r: MaskRegion) => number) =>
      part.reduce((sum, r) => sum + r.pixels * of(r), 0) / pixels;
    return { pixels, x: mean((r) => r.meanColumn) * across, y: mean((r) => r.meanRow) * down };
  };
  const [left, right] = [centre(sides.left), centre(sides.right)];
  return {
    ratio: Math.min(left.pixels, right.pixels) / Math.max(left.pixels, right.pixels),
    tilt: (180 / Math.PI) * Math.atan2(right.y - left.y, right.x - left.x),
  };
}
