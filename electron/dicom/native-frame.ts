import { Refused } from '../shared/errors.ts';
import type { DecodedFrame } from '../shared/pixels.ts';
import { expand422, interleave, ybrFullToRgb } from './colour.ts';
import type { PixelLayout } from './pixel-layout.ts';
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
  const pixels = layout.rows * layout.columns;
  const subsampled = layout.photometric === 'YBR_FULL_422';
  if (subsampled && (layout.bitsAllocated !== 8 || layout.bitsStored !== 8 || layout.columns % 2 !== 0))
    throw unsupportedColour(layout);
  const cellsPerFrame = subsampled ? pixels * 2 : pixels * layout.samples;
  const frameBits = cellsPerFrame * layout.bitsAllocated;
  if ((frame + 1) * frameBits > bytes.length * 8) {
    throw new Refused('pixel-data-short', `Frame ${frame + 1} lies beyond the end of the pixel data.`);
  }
  const swapped = bigEndian && words && layout.bitsAllocated <= 8 ? swapWords(bytes) : bytes;
  if (layout.bitsAllocated === 1) {
    return finishFrame({ type: 'uint8', data: unpackBits(swapped, frame * frameBits, pixels) }, layout);
  }
  const size = frameBits / 8;
  const cells = swapped.subarray(frame * size, (frame + 1) * size);
  if (subsampled) {
    const data = ybrFullToRgb(expand422(cells));
    return {
      rows: layout.rows,
      columns: layout.columns,
      samples: 3,
      type: 'uint8',
      photometric: 'RGB',
      data,
    };
  }
  return finishFrame(unpackCells(cells, layout, bigEndian), layout);
}
