import { Bug } from '../shared/errors.ts';
import type { PixelArray, PixelType } from '../shared/pixels.ts';
import type { PixelLayout } from './pixel-layout.ts';

/** An array of stored values and the name of its element type. */
export interface Samples {
  readonly type: PixelType;
  readonly data: PixelArray;
}

const LITTLE_ENDIAN_HOST = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** A copy of the bytes in the machine's own order, aligned, so that a typed array can lie on them. */
function ownOrder(bytes: Uint8Array, width: number, bigEndian: boolean): ArrayBuffer {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  if (bigEndian === LITTLE_ENDIAN_HOST && width > 1) {
    const buffer = Buffer.from(copy.buffer);
    if (width === 2) buffer.swap16();
    else if (width === 4) buffer.swap32();
    else buffer.swap64();
  }
  return copy.buffer;
}

/** One-bit pixels, the first in the lowest bit (PS3.5 §8.1.1); frames follow each other without padding to a byte. */
export function unpackBits(bytes: Uint8Array, firstBit: number, count: number): Uint8Array {
  const values = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const bit = firstBit + i;
    values[i] = ((bytes[bit >> 3] as number) >> (bit & 7)) & 1;
  }
  return values;
}

/**
 * Keeps Bits Stored up to High Bit of each cell and spreads the sign (PS3.5 §8.1.1): what lies beside them is overlay
 * or nothing, and no part of the value. In place.
 */
export function maskStoredBits(
  samples: Samples,
  layout: Pick<PixelLayout, 'bitsAllocated' | 'bitsStored' | 'highBit' | 'signed'>,
): void {
  const { bitsAllocated, bitsStored, highBit, signed } = layout;
  if (bitsStored === bitsAllocated) return;
  const { data } = samples;
  const left = 31 - highBit;
  const right = 32 - bitsStored;
  if (signed) for (let i = 0; i < data.length; i++) data[i] = ((data[i] as number) << left) >> right;
  else for (let i = 0; i < data.length; i++) data[i] = ((data[i] as number) << left) >>> right;
}

/**
 * Bytes of whole cells to stored values.
 * @param bytes exactly the cells of one frame; 8, 16, 32 or 64 bits each
 */
export function unpackCells(bytes: Uint8Array, layout: PixelLayout, bigEndian: boolean): Samples {
  const { bitsAllocated, signed, float } = layout;
  const buffer = ownOrder(bytes, bitsAllocated / 8, bigEndian);
  if (float) {
    return bitsAllocated === 32
      ? { type: 'float32', data: new Float32Array(buffer) }
      : { type: 'float64', data: new Float64Array(buffer) };
  }
  const samples = cells(buffer, bitsAllocated, signed);
  maskStoredBits(samples, layout);
  return samples;
}

function cells(buffer: ArrayBuffer, bitsAllocated: number, signed: boolean): Samples {
  switch (bitsAllocated) {
    case 8:
      return signed
        ? { type: 'int8', data: new Int8Array(buffer) }
        : { type: 'uint8', data: new Uint8Array(buffer) };
    case 16:
      return signed
        ? { type: 'int16', data: new Int16Array(buffer) }
        : { type: 'uint16', data: new Uint16Array(buffer) };
    case 32:
      return signed
        ? { type: 'int32', data: new Int32Array(buffer) }
        : { type: 'uint32', data: new Uint32Array(buffer) };
    default:
      throw new Bug(`cells of ${bitsAllocated} bits passed the layout check`);
  }
}
