import { Refused } from '../shared/errors.ts';
import type { CodecImage } from './codecs/codec-image.ts';
import type { PixelLayout } from './pixel-layout.ts';
import { maskStoredBits, type Samples } from './unpack.ts';

const contradiction = (words: string): Refused =>
  new Refused('inconsistent-pixels', `The header and the compressed frame contradict each other: ${words}.`);

function cellArray(layout: PixelLayout, length: number): Samples {
  if (layout.bitsAllocated === 8) {
    return layout.signed
      ? { type: 'int8', data: new Int8Array(length) }
      : { type: 'uint8', data: new Uint8Array(length) };
  }
  return layout.signed
    ? { type: 'int16', data: new Int16Array(length) }
    : { type: 'uint16', data: new Uint16Array(length) };
}

/**
 * What a codec gave as stored values of the type that the header describes (PS3.5 §8.2). An unsigned stream of signed
 * pixels holds their two's complement in its own bits. A signed stream of unsigned pixels is taken only while no
 * value is negative.
 * @throws Refused `inconsistent-pixels` where precision and header leave more than one reading
 */
export function conformSamples(image: CodecImage, layout: PixelLayout, lossless: boolean): Samples {
  const { precision, signed, data } = image;
  const { bitsAllocated, bitsStored, highBit } = layout;
  if (bitsAllocated !== 8 && bitsAllocated !== 16) throw contradiction(`${bitsAllocated} bits allocated`);
  if (precision > bitsAllocated)
    throw contradiction(`${precision} bits a sample in ${bitsAllocated} allocated`);
  if (highBit !== bitsStored - 1) throw contradiction(`high bit ${highBit} of ${bitsStored} stored bits`);
  if (!lossless && precision !== bitsStored && precision > bitsStored) {
    // A lossy value may overshoot; cutting its bits would turn white into black.
    const limit = layout.signed ? 2 ** (bitsStored - 1) : 2 ** bitsStored;
    // Of signed pixels in an unsigned stream, the upper half of its own patterns is negative.
    const turn = layout.signed && !signed ? 2 ** precision : Number.POSITIVE_INFINITY;
    const beyond = (value: number): boolean => {
      const meant = value >= turn / 2 ? value - turn : value;
      return meant >= limit || meant < (layout.signed ? -limit : 0);
    };
    if (data.some(beyond)) throw contradiction(`values beyond ${bitsStored} bits`);
  }
  const out = cellArray(layout, data.length);
  if (signed && !layout.signed && data.some((value) => value < 0))
    throw contradiction('negative values in unsigned pixels');
  const shift = 32 - precision;
  if (layout.signed && !signed)
    for (let i = 0; i < data.length; i++) out.data[i] = ((data[i] as number) << shift) >> shift;
  else out.data.set(data);
  if (precision > bitsStored) maskStoredBits(out, layout);
  return out;
}
