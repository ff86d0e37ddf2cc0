import { Refused } from '../../shared/errors.ts';

/** A plain image, decoded, nothing changed: what goes into an object's Image Pixel module. */
export interface PlainPixels {
  readonly rows: number;
  readonly columns: number;
  readonly samples: 1 | 3;
  readonly bits: 8 | 16;
  readonly photometric: 'MONOCHROME1' | 'MONOCHROME2' | 'RGB';
  /** Little-endian cells, interleaved. */
  readonly bytes: Uint8Array;
  /** True where the image went through a lossy compression that its file shows. */
  readonly lossy: boolean;
}

/** No plain image of more pixels than this is taken. */
export const MAX_PLAIN_PIXELS = 1 << 28;

export function badImage(words: string, cause?: unknown): Refused {
  return new Refused('bad-image', `The image cannot be taken: ${words}.`, undefined, cause);
}

/** Values as little-endian bytes. */
export function littleEndian(values: Uint8Array | Uint8ClampedArray | Uint16Array): Uint8Array {
  if (!(values instanceof Uint16Array))
    return new Uint8Array(values.buffer, values.byteOffset, values.length);
  const bytes = new Uint8Array(values.length * 2);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setUint16(i * 2, value, true));
  return bytes;
}
