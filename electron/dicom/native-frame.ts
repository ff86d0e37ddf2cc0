import { Refused } from '../shared/errors.ts';
import type { DecodedFrame } from '../shared/pixels.ts';
import { expand422, interleave, ybrFullToRgb, ybrPartialToRgb } from './colour.ts';
import { isSubsampled, nativeFrameBits, type PixelLayout } from './pixel-layout.ts';
import { type Samples, unpackBits, unpackCells } from './unpack.ts';

/** Big endian OW of 8 or 1 bits: the bytes of each 16-bit word change places (PS3.5 §8.1.1, Annex A.3). */
function swapWords(bytes: Uint8Array): Uint8Array {
  const even = bytes.length - (bytes.length % 2);
  const copy = Buffer.from(bytes);
  copy.subarray(0, even).swap16();
  return copy;
}

const unsupportedColour = (layout: PixelLayout): Refused =>
  new Refused(
    'pixels-unsupported',
    `Uncompressed ${layout.photometric} with ${layout.bitsAllocated} bits is not drawn by this build.`,
  );

/** Puts samples into a frame: interleaved, RGB where they were YBR. */
export function finishFrame(samples: Samples, layout: PixelLayout): DecodedFrame {
  const { rows, columns } = layout;
  if (layout.samples === 1) {
    return {
      rows,
      columns,
      samples: 1,
      type: samples.type,
      photometric: layout.photometric,
      data: samples.data,
    };
  }
  const data = layout.planar ? interleave(samples.data) : samples.data;
  if (layout.photometric === 'RGB')
    return { rows, columns, samples: 3, type: samples.type, photometric: 'RGB', data };
  if (layout.photometric !== 'YBR_FULL' || !(data instanceof Uint8Array) || layout.bitsStored !== 8)
    throw unsupportedColour(layout);
  return { rows, columns, samples: 3, type: 'uint8', photometric: 'RGB', data: ybrFullToRgb(data) };
}

/** 4:2:2 cells of one frame as RGB. */
function finishSubsampled(cells: Uint8Array, layout: PixelLayout): DecodedFrame {
  const { rows, columns, bitsAllocated, bitsStored, photometric, planar } = layout;
  // PS3.3 C.7.6.3.1.3: what lies in fours cannot lie in planes.
  if (bitsAllocated !== 8 || bitsStored !== 8 || columns % 2 !== 0 || planar) throw unsupportedColour(layout);
  const pixels = expand422(cells);
  const data = photometric === 'YBR_FULL_422' ? ybrFullToRgb(pixels) : ybrPartialToRgb(pixels);
  return { rows, columns, samples: 3, type: 'uint8', photometric: 'RGB', data };
}

/**
 * One frame of uncompressed pixels that begins at a byte of its own: as encapsulated ones do.
 * @param bytes at least the frame; what follows is padding
 * @throws Refused `pixel-data-short`, `pixels-unsupported`
 */
export function decodeNativeCells(bytes: Uint8Array, layout: PixelLayout, bigEndian: boolean): DecodedFrame {
  const size = Math.ceil(nativeFrameBits(layout) / 8);
  if (bytes.length < size)
    throw new Refused('pixel-data-short', `The frame has ${bytes.length} bytes and needs ${size}.`);
  const cells = bytes.subarray(0, size);
  if (isSubsampled(layout)) return finishSubsampled(cells, layout);
  if (layout.bitsAllocated === 1)
    return finishFrame({ type: 'uint8', data: unpackBits(cells, 0, layout.rows * layout.columns) }, layout);
  return finishFrame(unpackCells(cells, layout, bigEndian), layout);
}

/**
 * One frame of uncompressed pixels.
 * @param bytes the whole Pixel Data value
 * @param words true where the VR is OW and the bytes are big endian
 * @throws Refused `pixel-data-short`, `pixels-unsupported`
 */
export function decodeNativeFrame(
  bytes: Uint8Array,
  layout: PixelLayout,
  frame: number,
  bigEndian: boolean,
  words: boolean,
): DecodedFrame {
  const frameBits = nativeFrameBits(layout);
  if ((frame + 1) * frameBits > bytes.length * 8) {
    throw new Refused('pixel-data-short', `Frame ${frame + 1} lies beyond the end of the pixel data.`);
  }
  const swapped = bigEndian && words && layout.bitsAllocated <= 8 ? swapWords(bytes) : bytes;
  if (layout.bitsAllocated === 1) {
    const pixels = layout.rows * layout.columns;
    return finishFrame({ type: 'uint8', data: unpackBits(swapped, frame * frameBits, pixels) }, layout);
  }
  const size = frameBits / 8;
  return decodeNativeCells(swapped.subarray(frame * size, (frame + 1) * size), layout, bigEndian);
}
