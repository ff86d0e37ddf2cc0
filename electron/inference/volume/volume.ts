import type { PixelArray } from '../../shared/pixels.ts';

/** Slices × rows × columns, or the three sizes of a model's grid. */
export type Shape3 = readonly [number, number, number];
export type Vector3 = readonly [number, number, number];

/**
 * How a stack of slices lies in the patient: indices of slice, row and column grow along `directions` (LPS unit vectors), by `spacing`
 * millimetres.
 */
export interface VolumeGeometry {
  readonly shape: Shape3;
  readonly spacing: Vector3;
  readonly directions: readonly [Vector3, Vector3, Vector3];
}

/** A stack in memory: stored values, slice by slice, row by row; modality value = stored × slope + intercept. */
export interface Volume extends VolumeGeometry {
  readonly data: PixelArray;
  readonly slope: number;
  readonly intercept: number;
}

export const voxelsOf = ([a, b, c]: Shape3): number => a * b * c;
