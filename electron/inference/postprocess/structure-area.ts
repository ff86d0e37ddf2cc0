import type { Measurement } from '../../shared/analysis.ts';
import { knownSpacing } from '../../shared/measure.ts';
import type { ImageAttributes } from '../../shared/pixels.ts';
import type { MaskRegion } from './mask-regions.ts';

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
  const [first, second] = regions;
  if (first === undefined || second === undefined) return out;
  const paired =
    second.pixels >= SMALLER_SIDE * first.pixels &&
    Math.abs(first.meanColumn - second.meanColumn) >= APART * geometry.columns;
  if (!paired) return out;
  const middle = (first.meanColumn + second.meanColumn) / 2;
  for (const side of ['left', 'right'] as const) {
    const part = regions.filter((r) => r.meanColumn < middle === (side === 'left'));
    out.push(
      measured(`${label} area${where}, image ${side}${patientSide(geometry, side)}`, area(part), unit),
    );
  }
  return out;
}
