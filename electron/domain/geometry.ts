import { Refused } from '../shared/errors.ts';
import type { ImagePoint } from '../shared/measure.ts';
import type { ImageAttributes } from '../shared/pixels.ts';

/** Millimetres in the patient: +x to the left, +y to the back, +z to the head (LPS). */
export type PatientPoint = readonly [number, number, number];

type Plane = Pick<ImageAttributes, 'position' | 'orientation' | 'pixelSpacing' | 'spacingSource'>;

/** Direction cosines are decimal strings of at most 16 characters; real writers round to 5 or 6 digits. */
const COSINE_TOLERANCE = 1e-3;

/**
 * Where a point of an image lies in the patient (PS3.3 C.7.6.2.1.1):
 * P = position + row direction · column spacing · x + column direction · row spacing · y.
 *
 * @param point In pixels, origin at the centre of the top left pixel.
 * @throws Refused `no-geometry` where the file does not say position, orientation and spacing in the patient, or
 *   where its orientation is no pair of perpendicular unit vectors.
 */
export function patientPoint(image: Plane, point: ImagePoint): PatientPoint {
  const { position, orientation, pixelSpacing, spacingSource } = image;
  if (position === null || orientation === null || pixelSpacing === null || spacingSource !== 'patient') {
    throw new Refused(
      'no-geometry',
      'The file does not say where this image lies in the patient (position, orientation and pixel spacing), ' +
        'so a point on it has no place in the patient.',
    );
  }
  const { row, column } = directions(orientation);
  const [rowSpacing, columnSpacing] = pixelSpacing;
  const along = (axis: 0 | 1 | 2): number =>
    position[axis] + row[axis] * columnSpacing * point.x + column[axis] * rowSpacing * point.y;
  return [along(0), along(1), along(2)];
}

/** Unit normal of the image: row direction × column direction. Throws as `patientPoint`. */
export function imageNormal(orientation: NonNullable<ImageAttributes['orientation']>): PatientPoint {
  const { row, column } = directions(orientation);
  return [
    row[1] * column[2] - row[2] * column[1],
    row[2] * column[0] - row[0] * column[2],
    row[0] * column[1] - row[1] * column[0],
  ];
}

function directions(orientation: NonNullable<ImageAttributes['orientation']>): {
  row: PatientPoint;
  column: PatientPoint;
} {
  const [rx, ry, rz, cx, cy, cz] = orientation;
  const unit = (x: number, y: number, z: number): boolean =>
    Math.abs(Math.hypot(x, y, z) - 1) <= COSINE_TOLERANCE;
  const perpendicular = Math.abs(rx * cx + ry * cy + rz * cz) <= COSINE_TOLERANCE;
  if (!unit(rx, ry, rz) || !unit(cx, cy, cz) || !perpendicular) {
    throw new Refused(
      'no-geometry',
      'The direction cosines of this image are not two perpendicular unit vectors, so nothing is placed in the patient.',
    );
  }
  return { row: [rx, ry, rz], column: [cx, cy, cz] };
}
