import { Refused } from '../../shared/errors.ts';
import { codecFailed } from './codec-image.ts';

/** Expands one PackBits segment (PS3.5 §G.3.1) to exactly `length` bytes. */
function expandSegment(
  encoded: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  first: number,
  step: number,
  length: number,
): void {
  let at = start;
  let done = 0;
  while (done < length) {
    if (at >= end) throw codecFailed('an RLE segment ends too early');
    const control = encoded[at++] as number;
    if (control === 128) continue;
    const count = control < 128 ? control + 1 : 257 - control;
    if (count > length - done) throw codecFailed('an RLE segment holds more than the image needs');
    if (control < 128) {
      if (at + count > end) throw codecFailed('an RLE segment ends too early');
      for (let i = 0; i < count; i++) out[first + (done + i) * step] = encoded[at + i] as number;
      at += count;
    } else {
      if (at >= end) throw codecFailed('an RLE segment ends too early');
      const value = encoded[at++] as number;
      for (let i = 0; i < count; i++) out[first + (done + i) * step] = value;
    }
    done += count;
  }
}

/**
 * RLE Lossless (PS3.5 Annex G): byte planes, most significant first, sample by sample.
 * @returns little-endian cells, components interleaved (whatever Planar Configuration says: segments are planes)
 */
export function decodeRle(
  encoded: Uint8Array,
  pixels: number,
  samples: number,
  bytesPerSample: number,
): Uint8Array {
  if (encoded.length < 64) throw new Refused('codec-failed', 'The RLE header is cut off.');
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  const segments = view.getUint32(0, true);
  if (segments !== samples * bytesPerSample)
    throw codecFailed(`${samples * bytesPerSample} RLE segments are needed, there are ${segments}`);
  const cell = samples * bytesPerSample;
  // Two bytes give at most 128 (PS3.5 §G.3.1): asked before the memory is taken.
  if (pixels * cell > encoded.length * 64) throw codecFailed('the RLE data are too short for the image');
  const out = new Uint8Array(pixels * cell);
  for (let segment = 0; segment < segments; segment++) {
    const start = view.getUint32(4 + segment * 4, true);
    const end = segment + 1 < segments ? view.getUint32(8 + segment * 4, true) : encoded.length;
    if (start < 64 || end < start || end > encoded.length)
      throw codecFailed('the RLE header points outside the frame');
    const sample = Math.floor(segment / bytesPerSample);
    const byte = bytesPerSample - 1 - (segment % bytesPerSample);
    expandSegment(encoded, start, end, out, sample * bytesPerSample + byte, cell, pixels);
  }
  return out;
}
