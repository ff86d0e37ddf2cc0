import { inflateSync } from 'node:zlib';
import { badImage } from './plain-image.ts';

/** What the image is made of. Everything else (texts, profiles, animation) is left out: some of it unfolds without a limit. */
const NEEDED = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Bytes of all rows with their filter bytes; the seven passes of an interlaced image round up each for itself (PNG 1.2 §2.6). */
function unfoldedBytes(columns: number, rows: number, bitsAPixel: number, interlaced: boolean): number {
  const plain = rows * (Math.ceil((columns * bitsAPixel) / 8) + 1);
  return interlaced ? plain + 4 * rows + 64 : plain;
}

/**
 * The chunks of a PNG file that its image is made of, in order, after a check that its data unfold to no more than its size says:
 * the decoder itself would unfold a bomb to its end.
 * @throws Refused `bad-image`
 */
export function neededChunks(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: Uint8Array[] = [bytes.subarray(0, 8)];
  const data: Uint8Array[] = [];
  for (let at = 8; at < bytes.length; ) {
    if (at + 12 > bytes.length) throw badImage('the PNG file is cut off');
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const end = at + 12 + length;
    if (end > bytes.length) throw badImage('the PNG file is cut off');
    if (at === 8 && (type !== 'IHDR' || length !== 13)) throw badImage('the PNG file is damaged');
    if (NEEDED.has(type)) parts.push(bytes.subarray(at, end));
    if (type === 'IDAT') data.push(bytes.subarray(at + 8, end - 4));
    if (type === 'IEND') break;
    at = end;
  }
  const channels = CHANNELS[bytes[25] as number];
  if (channels === undefined) throw badImage('the PNG file is damaged');
  const limit = unfoldedBytes(
    view.getUint32(16),
    view.getUint32(20),
    channels * (bytes[24] as number),
    bytes[28] !== 0,
  );
  try {
    inflateSync(Buffer.concat(data), { maxOutputLength: limit });
  } catch (cause) {
    throw badImage('its data are damaged or more than its size says', cause);
  }
  return Buffer.concat(parts);
}
