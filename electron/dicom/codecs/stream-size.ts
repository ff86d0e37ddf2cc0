import { codecFailed } from './codec-image.ts';

/** What a compressed stream says of its size, read before anything is allocated by it. */
export interface StreamSize {
  readonly rows: number;
  readonly columns: number;
  readonly components: number;
}

/** JPEG 2000 tiles of one frame: each costs a decoder some kilobytes before its first pixel. */
const MAX_TILES = 4096;

const isJpegFrame = (marker: number): boolean =>
  (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) ||
  marker === 0xf7;

/** The first frame header of a JPEG (SOF, ISO 10918-1 §B.2.2) or JPEG-LS stream (SOF55, ISO 14495-1 §C.2.2). */
function jpegSize(bytes: Uint8Array, view: DataView): StreamSize {
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] as number;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const length = view.getUint16(at + 2);
    if (isJpegFrame(marker)) {
      if (length < 8 || at + 10 > bytes.length) break;
      const [rows, columns] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      if (rows === 0 || columns === 0) throw codecFailed('the compressed stream does not state its size');
      return { rows, columns, components: bytes[at + 9] as number };
    }
    if (length < 2 || marker === 0xda || marker === 0xd9) break;
    at += 2 + length;
  }
  throw codecFailed('the compressed stream has no frame header');
}

/** SIZ, which follows the start mark (ISO 15444-1 §A.5.1). Only streams that begin at the reference grid's corner or lie inside it. */
function codestreamSize(bytes: Uint8Array, view: DataView): StreamSize {
  if (bytes.length < 42 || view.getUint16(2) !== 0xff51)
    throw codecFailed('the JPEG 2000 stream does not begin with its size');
  const [width, height, left, top] = [8, 12, 16, 20].map((at) => view.getUint32(at)) as [
    number,
    number,
    number,
    number,
  ];
  const [tileWidth, tileHeight, tileLeft, tileTop] = [24, 28, 32, 36].map((at) => view.getUint32(at)) as [
    number,
    number,
    number,
    number,
  ];
  if (width <= left || height <= top || tileWidth === 0 || tileHeight === 0)
    throw codecFailed('the JPEG 2000 stream states no size');
  const tiles = Math.ceil((width - tileLeft) / tileWidth) * Math.ceil((height - tileTop) / tileHeight);
  if (tileLeft > left || tileTop > top || tiles > MAX_TILES)
    throw codecFailed(`the JPEG 2000 stream has ${tiles} tiles; at most ${MAX_TILES} are decoded`);
  return { rows: height - top, columns: width - left, components: view.getUint16(40) };
}

/**
 * The size that a JPEG, JPEG-LS, JPEG 2000 or HTJ2K stream states.
 * @throws Refused `codec-failed` where it states none
 */
export function streamSize(bytes: Uint8Array): StreamSize {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length >= 4 && view.getUint16(0) === 0xffd8) return jpegSize(bytes, view);
  if (bytes.length >= 4 && view.getUint16(0) === 0xff4f) return codestreamSize(bytes, view);
  throw codecFailed('it is no compressed stream of the kind that the transfer syntax names');
}

/** Above so many samples a stream must have a byte for each 4,096 of them: what is emptier is a trap, not an image. */
const FREE_SAMPLES = 1 << 24;
const SAMPLES_A_BYTE = 4096;

/**
 * Whether so many samples can lie in so many bytes, asked before memory is taken for them.
 * @throws Refused `codec-failed`
 */
export function checkPlausible(samples: number, bytes: number): void {
  if (samples > FREE_SAMPLES && samples > bytes * SAMPLES_A_BYTE)
    throw codecFailed(`${bytes} bytes cannot hold ${samples} samples`);
}
