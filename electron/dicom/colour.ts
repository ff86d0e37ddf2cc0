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

/** A factor in 16 bits after the point, as libjpeg holds it. */
const fixed = (factor: number): number => Math.floor(factor * 65_536 + 0.5);
const HALF = 32_768;
const RED = Int32Array.from({ length: 256 }, (_, cr) => (fixed(1.402) * (cr - 128) + HALF) >> 16);
const BLUE = Int32Array.from({ length: 256 }, (_, cb) => (fixed(1.772) * (cb - 128) + HALF) >> 16);
const GREEN_CR = Int32Array.from({ length: 256 }, (_, cr) => -fixed(0.71414) * (cr - 128));
const GREEN_CB = Int32Array.from({ length: 256 }, (_, cb) => -fixed(0.34414) * (cb - 128) + HALF);

/**
 * YBR_FULL to RGB, 8 bits, in place: ITU-R BT.601 with the full range (PS3.3 C.7.6.3.1.2), in libjpeg's integers, so that the same
 * colour is the same whether a JPEG decoder or this function converts it.
 */
export function ybrFullToRgb(data: Uint8Array): Uint8Array {
  const clipped = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length);
  for (let i = 0; i + 2 < data.length; i += 3) {
    const y = data[i] as number;
    const cb = data[i + 1] as number;
    const cr = data[i + 2] as number;
    clipped[i] = y + (RED[cr] as number);
    clipped[i + 1] = y + (((GREEN_CB[cb] as number) + (GREEN_CR[cr] as number)) >> 16);
    clipped[i + 2] = y + (BLUE[cb] as number);
  }
  return data;
}

/** YBR_PARTIAL to RGB, 8 bits, in place: ITU-R BT.601 with Y from 16 to 235, colours from 16 to 240 (PS3.3 C.7.6.3.1.2, retired). Rounded, clipped. */
export function ybrPartialToRgb(data: Uint8Array): Uint8Array {
  const clipped = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length);
  for (let i = 0; i + 2 < data.length; i += 3) {
    const y = (255 / 219) * ((data[i] as number) - 16);
    const cb = (255 / 224) * ((data[i + 1] as number) - 128);
    const cr = (255 / 224) * ((data[i + 2] as number) - 128);
    clipped[i] = y + 1.402 * cr;
    clipped[i + 1] = y - 0.344136 * cb - 0.714136 * cr;
    clipped[i + 2] = y + 1.772 * cb;
  }
  return data;
}

/** Uncompressed 4:2:2: Y Y Cb Cr for each two pixels of a row, the colour of both (PS3.3 C.7.6.3.1.2). Gives one of each a pixel. */
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
