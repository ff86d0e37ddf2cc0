import { type CodecImage, codecFailed } from './codec-image.ts';
import {
  afterRestart,
  type BitPosition,
  checkNotPast,
  extend,
  type HuffmanTable,
  readHuffmanTables,
  readInterval,
} from './huffman.ts';
import { type JpegFacts, readJpeg } from './jpeg-markers.ts';

/** Order of the coefficients in the stream (ISO 10918-1 figure A.6). */
const ZIGZAG = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46,
  53, 60, 61, 54, 47, 55, 62, 63,
] as const;

interface Tables {
  readonly quantizer: Uint16Array;
  readonly dc: HuffmanTable;
  readonly ac: HuffmanTable;
  readonly restartInterval: number;
}

function readQuantizers(body: Uint8Array, into: Map<number, Uint16Array>): void {
  let at = 0;
  while (at < body.length) {
    const wide = (body[at] as number) >> 4;
    const id = (body[at] as number) & 15;
    const size = wide ? 128 : 64;
    at++;
    if (wide > 1 || at + size > body.length) throw codecFailed('a quantization table is damaged');
    const table = new Uint16Array(64);
    for (let k = 0; k < 64; k++) {
      table[k] = wide
        ? ((body[at + 2 * k] as number) << 8) | (body[at + 2 * k + 1] as number)
        : (body[at + k] as number);
    }
    into.set(id, table);
    at += size;
  }
}

function readTables(bytes: Uint8Array, jpeg: JpegFacts): Tables {
  const quantizers = new Map<number, Uint16Array>();
  const huffman = new Map<number, HuffmanTable>();
  let restartInterval = 0;
  for (const { marker, start, end } of jpeg.segments) {
    const body = bytes.subarray(start, end);
    if (marker === 0xc4) readHuffmanTables(body, huffman);
    if (marker === 0xdb) readQuantizers(body, quantizers);
    if (marker === 0xdd && body.length >= 2)
      restartInterval = ((body[0] as number) << 8) | (body[1] as number);
  }
  const [scan] = jpeg.scans;
  const [component] = jpeg.components;
  if (!scan || jpeg.scans.length !== 1 || !component) throw codecFailed('it has several scans');
  const selectors = bytes[scan.header.start + 2] ?? 0;
  const quantizer = quantizers.get(component.quantizer);
  const dc = huffman.get(selectors >> 4);
  const ac = huffman.get(0x10 | (selectors & 15));
  if (!quantizer || !dc || !ac || bytes[scan.header.start + 1] !== component.id)
    throw codecFailed('one of its tables is missing');
  return { quantizer, dc, ac, restartInterval };
}

/**
 * Coefficients of one block, dequantized, in rows (ISO 10918-1 §F.2.2), into `block`, which must be zero. Gives the new DC prediction.
 * `position` goes on from block to block; within one its bits are kept in local variables.
 */
function readBlock(
  data: Uint8Array,
  position: BitPosition,
  tables: Tables,
  prediction: number,
  block: Float64Array,
): number {
  const { quantizer } = tables;
  let { at, window, count } = position;
  let table = tables.dc;
  let dc = prediction;
  // k: place in the zigzag of the coefficient that comes next; 0 is the difference of the DC.
  for (let k = 0; k < 64; ) {
    while (count <= 24) {
      window = (window << 8) | (data[at++] as number);
      count += 8;
    }
    const short = table.short[(window >>> (count - 12)) & 0xfff] as number;
    let run: number;
    let value: number;
    if (short !== 0) {
      count -= short & 15;
      run = (short >> 4) & 15;
      value = short >> 16;
    } else {
      const code = table.codes[(window >>> (count - 16)) & 0xffff] as number;
      if (code === 0) throw codecFailed('the JPEG data hold a code that is not in the table');
      const symbol = code & 0xff;
      if (k === 0 && symbol > 15) throw codecFailed('a coefficient is too large');
      run = symbol >> 4;
      const size = symbol & 15;
      count -= code >> 8;
      while (count < 16) {
        window = (window << 8) | (data[at++] as number);
        count += 8;
      }
      count -= size;
      value = extend((window >>> count) & ((1 << size) - 1), size);
    }
    if (k === 0) {
      dc = prediction + value;
      block[0] = dc * (quantizer[0] as number);
      table = tables.ac;
      k = 1;
    } else if (value === 0) {
      // No value: a run of sixteen zeros, or the end of the block.
      if (run !== 15) break;
      k += 16;
    } else {
      k += run;
      if (k > 63) throw codecFailed('a block has too many coefficients');
      block[ZIGZAG[k] as number] = value * (quantizer[k] as number);
      k++;
    }
  }
  position.at = at;
  position.window = window;
  position.count = count;
  return dc;
}

/** C[k] = cos(kπ/16) / 2. */
const [, C1 = 0, C2 = 0, C3 = 0, C4 = 0, C5 = 0, C6 = 0, C7 = 0] = Array.from(
  { length: 8 },
  (_, k) => Math.cos((k * Math.PI) / 16) / 2,
);

/** One row or column of the inverse DCT (ISO 10918-1 §A.3.3) in place, its even and odd parts apart; eight values, `step` apart. */
function transformEight(values: Float64Array, from: number, step: number): void {
  const s0 = values[from] as number;
  const s1 = values[from + step] as number;
  const s2 = values[from + 2 * step] as number;
  const s3 = values[from + 3 * step] as number;
  const s4 = values[from + 4 * step] as number;
  const s5 = values[from + 5 * step] as number;
  const s6 = values[from + 6 * step] as number;
  const s7 = values[from + 7 * step] as number;
  const sum = (s0 + s4) * C4;
  const difference = (s0 - s4) * C4;
  const inner = s2 * C6 - s6 * C2;
  const outer = s2 * C2 + s6 * C6;
  const e0 = sum + outer;
  const e1 = difference + inner;
  const e2 = difference - inner;
  const e3 = sum - outer;
  const o0 = s1 * C1 + s3 * C3 + s5 * C5 + s7 * C7;
  const o1 = s1 * C3 - s3 * C7 - s5 * C1 - s7 * C5;
  const o2 = s1 * C5 - s3 * C1 + s5 * C7 + s7 * C3;
  const o3 = s1 * C7 - s3 * C5 + s5 * C3 - s7 * C1;
  values[from] = e0 + o0;
  values[from + step] = e1 + o1;
  values[from + 2 * step] = e2 + o2;
  values[from + 3 * step] = e3 + o3;
  values[from + 4 * step] = e3 - o3;
  values[from + 5 * step] = e2 - o2;
  values[from + 6 * step] = e1 - o1;
  values[from + 7 * step] = e0 - o0;
}

/** Inverse DCT in floating point, rows then columns, in place. Rows of zeros stay zeros. */
function inverseTransform(block: Float64Array): void {
  for (let row = 0; row < 64; row += 8) {
    let any = false;
    for (let i = row; i < row + 8; i++) if (block[i] !== 0) any = true;
    if (any) transformEight(block, row, 1);
  }
  for (let column = 0; column < 8; column++) transformEight(block, column, 8);
}

/**
 * JPEG Extended with 12 bits (process 4: sequential DCT, Huffman; ISO 10918-1 Annex F), one component. The transform is
 * computed in floating point, so a value is at most one step from an integer decoder's.
 * @throws Refused `codec-failed`
 */
export function decodeJpegExtended12(encoded: Uint8Array): CodecImage {
  const jpeg = readJpeg(encoded);
  const { rows, columns, components, precision } = jpeg;
  if (jpeg.frameMarker !== 0xc1 || precision !== 12)
    throw codecFailed('it is another JPEG process than the transfer syntax names');
  if (components.length !== 1) throw codecFailed('12-bit JPEG in colour is not decoded by this build');
  const across = Math.ceil(columns / 8);
  const down = Math.ceil(rows / 8);
  if (across * down * 4 > encoded.length * 8) throw codecFailed('it states more pixels than it can hold');
  const tables = readTables(encoded, jpeg);
  const [scan] = jpeg.scans;
  const end = scan?.end ?? 0;
  let interval = readInterval(encoded, scan?.start ?? 0, end);
  let position: BitPosition = { at: 0, window: 0, count: 0 };
  const data = new Uint16Array(rows * columns);
  const block = new Float64Array(64);
  let prediction = 0;
  for (let i = 0; i < across * down; i++) {
    if (tables.restartInterval > 0 && i > 0 && i % tables.restartInterval === 0) {
      interval = readInterval(
        encoded,
        afterRestart(encoded, interval, (i / tables.restartInterval - 1) % 8),
        end,
      );
      position = { at: 0, window: 0, count: 0 };
      prediction = 0;
    }
    block.fill(0);
    prediction = readBlock(interval.data, position, tables, prediction, block);
    checkNotPast(interval, position.at, position.count);
    inverseTransform(block);
    const top = Math.floor(i / across) * 8;
    const left = (i % across) * 8;
    const height = Math.min(8, rows - top);
    const width = Math.min(8, columns - left);
    for (let y = 0; y < height; y++) {
      const to = (top + y) * columns + left;
      for (let x = 0; x < width; x++) {
        const value = Math.round(block[y * 8 + x] as number) + 2048;
        data[to + x] = value < 0 ? 0 : value > 4095 ? 4095 : value;
      }
    }
  }
  return { rows, columns, components: 1, precision, signed: false, data, isRgb: false };
}
