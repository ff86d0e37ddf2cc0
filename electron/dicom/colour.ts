import type { PixelArray } from '../shared/pixels.ts';

/** Planes of three colours (Planar Configuration 1) to pixels of three samples. */
export function interleave(planes: PixelArray): PixelArray {
  const pixels = planes.length / 3;
  const out = planes.slice();
  for (let i = 0, o = 0; i < pixels; i++) {
    out[o++] = planes[i] as number;
    out[o++] = planes[i + pixels] as number;
    out[o++] = planes[i + 2 * pixels] as number;
  }
  return out;
}

const RED = new Float64Array(256).map((_, cr) => 1.402 * (cr - 128));
const GREEN_CB = new Float64Array(256).map((_, cb) => -0.344136 * (cb - 128));
const GREEN_CR = new Float64Array(256).map((_, cr) => -0.714136 * (cr - 128));
const BLUE = new Float64Array(256).map((_, cb) => 1.772 * (cb - 128));

/** YBR_FULL to RGB, 8 bits, in place: ITU-R BT.601 with the full range (PS3.3 C.7.6.3.1.2). Rounded, clipped. */
export function ybrFullToRgb(data: Uint8Array): Uint8Array {
  const clipped = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length);
  for (let i = 0; i + 2 < data.length; i += 3) {
    const y = data[i] as number;
    const cb = data[i + 1] as number;
    const cr = data[i + 2] as number;
    clipped[i] = y + (RED[cr] as number);
    clipped[i + 1] = y + (GREEN_CB[cb] as number) + (GREEN_CR[cr] as number);
    clipped[i + 2] = y + (BLUE[cb] as number);
  }
  return data;
}

/** Uncompressed YBR_FULL_422: Y Y Cb Cr for each two pixels of a row, the colour of both (PS3.3 C.7.6.3.1.2). Gives YBR_FULL. */
export function expand422(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array((bytes.length / 4) * 6);
  for (let i = 0, o = 0; i + 3 < bytes.length; i += 4) {
    const cb = bytes[i + 2] as number;
    const cr = bytes[i + 3] as number;
    out[o++] = bytes[i] as number;
    out[o++] = cb;
    out[o++] = cr;
    out[o++] = bytes[i + 1] as number;
    out[o++] = cb;
    out[o++] = cr;
  }
  return out;
}
