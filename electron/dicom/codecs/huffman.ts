import { codecFailed } from './codec-image.ts';

/** A Huffman table of ISO 10918-1, in two forms: every code, and the short ones with what follows them. */
export interface HuffmanTable {
  /** For each 16 bits that may come next, length << 8 | symbol; 0 where no code begins so. */
  readonly codes: Uint16Array;
  /**
   * For each 12 bits that may come next, value << 16 | run << 4 | bits in all, where a code and the bits of its value both lie within
   * them; else 0. Value 0 of a coefficient: the symbol has no value (end of block, run of sixteen).
   */
  readonly short: Int32Array;
}

/** EXTEND of ISO 10918-1 §F.2.2.1: the upper half of `count` bits is positive, the lower half negative. */
export function extend(bits: number, count: number): number {
  return count > 0 && bits < 1 << (count - 1) ? bits - (1 << count) + 1 : bits;
}

function shortCodes(codes: Uint16Array, coefficients: boolean): Int32Array {
  const short = new Int32Array(1 << 12);
  for (let look = 0; look < short.length; look++) {
    const code = codes[look << 4] as number;
    const symbol = code & 0xff;
    const length = code >> 8;
    const size = coefficients ? symbol & 15 : symbol;
    const run = coefficients ? symbol >> 4 : 0;
    const all = length + size;
    if (length === 0 || size > 15 || all > 12) continue;
    const bits = (look >> (12 - all)) & ((1 << size) - 1);
    short[look] = (extend(bits, size) << 16) | (run << 4) | all;
  }
  return short;
}

/** Tables of a DHT segment, keyed by class << 4 | destination (ISO 10918-1 §B.2.4.2, Annex C). */
export function readHuffmanTables(body: Uint8Array, into: Map<number, HuffmanTable>): void {
  let at = 0;
  while (at < body.length) {
    if (at + 17 > body.length) throw codecFailed('a Huffman table is cut off');
    const key = body[at] as number;
    const counts = body.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    at += 17;
    if (total > 256 || at + total > body.length) throw codecFailed('a Huffman table is damaged');
    const codes = new Uint16Array(1 << 16);
    let code = 0;
    let symbol = at;
    for (let length = 1; length <= 16; length++) {
      for (let i = 0; i < (counts[length - 1] as number); i++) {
        const first = code << (16 - length);
        const after = (code + 1) << (16 - length);
        if (after > 1 << 16) throw codecFailed('a Huffman table has more codes than fit');
        codes.fill((length << 8) | (body[symbol++] as number), first, after);
        code++;
      }
      code <<= 1;
    }
    into.set(key, { codes, short: shortCodes(codes, key >> 4 === 1) });
    at += total;
  }
}

/** Entropy-coded bytes between two markers, without the stuffing. */
export interface Interval {
  /** Followed by ones, so that a code may look ahead; nothing may be made of them. */
  readonly data: Uint8Array;
  /** How many bits of `data` are the stream's. */
  readonly bits: number;
  /** Where the marker after them lies in the stream, or its end. */
  readonly next: number;
}

const AHEAD = 16;

/** Where the next marker lies, or `end`. */
function nextMarker(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; ; at += 2) {
    at = bytes.indexOf(0xff, at);
    if (at < 0 || at >= end) return end;
    if (bytes[at + 1] !== 0) return at;
  }
}

/** Takes the bytes from `start` to the next marker, or to `end`, out of a stream. */
export function readInterval(bytes: Uint8Array, start: number, end: number): Interval {
  const next = nextMarker(bytes, start, end);
  const data = new Uint8Array(next - start + AHEAD);
  let length = 0;
  for (let at = start; at < next; ) {
    const found = bytes.indexOf(0xff, at);
    // A byte of ones keeps its place; the zero that was stuffed after it does not.
    const stop = found < 0 || found >= next ? next : found + 1;
    data.set(bytes.subarray(at, stop), length);
    length += stop - at;
    at = found >= 0 && found < next ? stop + 1 : stop;
  }
  data.fill(0xff, length, length + AHEAD);
  return { data: data.subarray(0, length + AHEAD), bits: length * 8, next };
}

/** The place after the restart marker that must follow an interval. */
export function afterRestart(bytes: Uint8Array, interval: Interval, expected: number): number {
  const { next } = interval;
  if (bytes[next] !== 0xff || bytes[next + 1] !== 0xd0 + expected)
    throw codecFailed('a JPEG restart mark is missing');
  return next + 2;
}

/** Where a decoder stands in an interval: the lowest `count` of `window` are bits that were taken from `data` before `at`. */
export interface BitPosition {
  at: number;
  window: number;
  count: number;
}

/** Throws where more bits were used than the interval has. */
export function checkNotPast(interval: Interval, at: number, count: number): void {
  if (at * 8 - count > interval.bits) throw codecFailed('the JPEG data end too early');
}
