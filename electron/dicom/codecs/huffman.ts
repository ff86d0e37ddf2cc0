import { codecFailed } from './codec-image.ts';

/** A Huffman table of ISO 10918-1: for each 16 bits that may come next, length << 8 | symbol; 0 where no code begins so. */
export type HuffmanTable = Uint16Array;

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
    const table = new Uint16Array(1 << 16);
    let code = 0;
    let symbol = at;
    for (let length = 1; length <= 16; length++) {
      for (let i = 0; i < (counts[length - 1] as number); i++) {
        const first = code << (16 - length);
        const after = (code + 1) << (16 - length);
        if (after > 1 << 16) throw codecFailed('a Huffman table has more codes than fit');
        table.fill((length << 8) | (body[symbol++] as number), first, after);
        code++;
      }
      code <<= 1;
    }
    into.set(key, table);
    at += total;
  }
}

/** Reads bits of entropy-coded data, undoing the byte stuffing; never reads past a marker or the end. */
export class BitReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;
  #bits = 0;
  #count = 0;
  /** Bits beyond the end that were filled with ones: a code may look ahead, but nothing may be made of them. */
  #filled = 0;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  #fill(): void {
    while (this.#count <= 16) {
      let byte = 0xff;
      const next = this.#at < this.#end ? (this.#bytes[this.#at] as number) : -1;
      const marker = next === 0xff && this.#bytes[this.#at + 1] !== 0;
      if (next < 0 || marker) this.#filled += 8;
      else {
        byte = next;
        this.#at += next === 0xff ? 2 : 1;
      }
      this.#bits = (this.#bits << 8) | byte;
      this.#count += 8;
    }
  }

  #consume(count: number): void {
    this.#count -= count;
    if (this.#count < this.#filled) throw codecFailed('the JPEG data end too early');
  }

  symbol(table: HuffmanTable): number {
    if (this.#count < 16) this.#fill();
    const entry = table[(this.#bits >>> (this.#count - 16)) & 0xffff] as number;
    if (entry === 0) throw codecFailed('the JPEG data hold a code that is not in the table');
    this.#consume(entry >> 8);
    return entry & 0xff;
  }

  /** `count` bits (0–16) as an unsigned number. */
  bits(count: number): number {
    if (count === 0) return 0;
    if (this.#count < count) this.#fill();
    const value = (this.#bits >>> (this.#count - count)) & ((1 << count) - 1);
    this.#consume(count);
    return value;
  }

  /** `count` bits as a difference: the upper half positive, the lower half negative (ISO 10918-1 §F.1.2.1, EXTEND). */
  signedBits(count: number): number {
    const value = this.bits(count);
    return count > 0 && value < 1 << (count - 1) ? value - (1 << count) + 1 : value;
  }

  /** Drops the rest of the interval and steps over the restart marker that must follow. */
  restart(expected: number): void {
    this.#bits = 0;
    this.#count = 0;
    this.#filled = 0;
    if (this.#bytes[this.#at] !== 0xff || this.#bytes[this.#at + 1] !== 0xd0 + expected) {
      throw codecFailed('a JPEG restart mark is missing');
    }
    this.#at += 2;
  }
}
