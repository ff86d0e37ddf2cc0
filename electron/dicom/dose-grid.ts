import type { DataSet } from 'dicom-parser';
import { decimals } from './data-set.ts';

/**
 * Positions of the frames of an RT Dose by its Grid Frame Offset Vector (3004,000C): offsets along the normal from Image Position
 * (Patient), which begin with 0 (PS3.3 C.8.8.3.2, the relative form).
 *
 * @returns LPS millimetres, one a frame; null for other objects, and for the absolute form, whose frames are then without a position.
 */
export function doseGridPositions(
  dataSet: DataSet,
  orientation: readonly number[] | null,
  frames: number,
): [number, number, number][] | null {
  const offsets = decimals(dataSet, 'x3004000c');
  const position = decimals(dataSet, 'x00200032');
  if (offsets === null || offsets.length !== frames || offsets[0] !== 0) return null;
  if (position?.length !== 3 || orientation === null) return null;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = orientation;
  const normal = [b * f - c * e, c * d - a * f, a * e - b * d];
  const at = (offset: number, axis: number): number => (position[axis] ?? 0) + offset * (normal[axis] ?? 0);
  return offsets.map((offset) => [at(offset, 0), at(offset, 1), at(offset, 2)]);
}
