import { createHash } from 'node:crypto';
import type { DecodedFrame } from '../shared/pixels.ts';

const BIG_ENDIAN_HOST = new Uint8Array(new Uint16Array([1]).buffer)[0] === 0;

/** The stored values of a frame as bytes, little endian, row by row, colour interleaved; a view, not a copy, on a little-endian machine. */
export function frameBytes(frame: DecodedFrame): Uint8Array {
  const { data } = frame;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (!BIG_ENDIAN_HOST || data.BYTES_PER_ELEMENT === 1) return bytes;
  const swapped = bytes.slice();
  for (let at = 0; at < swapped.length; at += data.BYTES_PER_ELEMENT) {
    swapped.subarray(at, at + data.BYTES_PER_ELEMENT).reverse();
  }
  return swapped;
}

/** SHA-256 (hex) of the stored values: what `overread decode` and the inference record carry. */
export function pixelSha256(frame: DecodedFrame): string {
  return createHash('sha256').update(frameBytes(frame)).digest('hex');
}
