import { gunzipSync } from 'node:zlib';
import { Refused } from '../../shared/errors.ts';
import type { PixelArray } from '../../shared/pixels.ts';
import type { Vector3, Volume } from './volume.ts';

/** Threat: a small file that unfolds to more than a golden case has any use for. */
const MOST_BYTES = 2 ** 27;
const HEADER = 348;

const TYPES: Readonly<Record<number, new (buffer: ArrayBuffer) => PixelArray>> = {
  2: Uint8Array,
  4: Int16Array,
  8: Int32Array,
  16: Float32Array,
  512: Uint16Array,
};

function fault(words: string): Refused {
  return new Refused('pack-golden', `A golden input is no NIfTI-1 file that this build reads: ${words}.`);
}

function unfold(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_BYTES });
  } catch {
    throw fault(`it cannot be unfolded, or to more than ${MOST_BYTES} bytes`);
  }
}

/** A column of the affine: its length is the spacing; RAS+ of NIfTI becomes LPS. */
function axis(view: DataView, column: number): { mm: number; direction: Vector3 } {
  const along = [-1, -1, 1].map((sign, row) => sign * view.getFloat32(280 + row * 16 + column * 4, true));
  const mm = Math.hypot(...along);
  if (!(mm > 0)) throw fault('its sform has an axis without length');
  const [x = 0, y = 0, z = 0] = along;
  return { mm, direction: [x / mm, y / mm, z / mm] };
}

/**
 * A golden input of a pack that reads volumes: a NIfTI-1 file (`.nii`, `.nii.gz`), little endian, of three dimensions, with an sform. Its third
 * dimension is taken as the slices, its second as the rows, its first as the columns; scl_slope and scl_inter as the modality transform.
 *
 * @throws Refused `pack-golden`.
 */
export function readNifti(file: Uint8Array): Volume {
  const bytes = unfold(file);
  if (bytes.length < HEADER + 4) throw fault('it is too short');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getInt32(0, true) !== HEADER) throw fault('it has no little endian NIfTI-1 header');
  const [dimensions, columns, rows, slices, times] = [0, 1, 2, 3, 4].map((at) =>
    view.getInt16(40 + at * 2, true),
  ) as [number, number, number, number, number];
  if ((dimensions !== 3 && !(dimensions === 4 && times === 1)) || Math.min(columns, rows, slices) < 1)
    throw fault('it has not three dimensions');
  if (view.getInt16(254, true) <= 0) throw fault('it has no sform, which says how it lies');
  const Type = TYPES[view.getInt16(70, true)];
  if (Type === undefined) throw fault('its values are not of 8 or 16 bits, int32 or float32');
  const from = view.getFloat32(108, true);
  const length = columns * rows * slices * (view.getInt16(72, true) / 8);
  if (!(length <= MOST_BYTES) || bytes.length < from + length) throw fault('it ends before its values');
  // A copy: a Buffer's `slice` is a view, whose own beginning its `buffer` does not know.
  const data = new Type(new Uint8Array(bytes.subarray(from, from + length)).buffer);
  if (!data.every(Number.isFinite)) throw fault('it holds values that are not numbers');
  const [column, row, slice] = [axis(view, 0), axis(view, 1), axis(view, 2)];
  const slope = view.getFloat32(112, true);
  return {
    data,
    // NIfTI-1: a slope of 0 says that there is none.
    slope: slope === 0 ? 1 : slope,
    intercept: slope === 0 ? 0 : view.getFloat32(116, true),
    shape: [slices, rows, columns],
    spacing: [slice.mm, row.mm, column.mm],
    directions: [slice.direction, row.direction, column.direction],
  };
}
