import { type CodecImage, codecFailed } from './codec-image.ts';
import { BitReader, type HuffmanTable, readHuffmanTables } from './huffman.ts';
import { type JpegFacts, readJpeg } from './jpeg-markers.ts';

/** Order of the coefficients in the stream (ISO 10918-1 figure A.6). */
const ZIGZAG = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46,
  53, 60, 61, 54, 47, 55, 62, 63,
] as const;

/** BASIS[x * 8 + u] = C(u)/2 · cos((2x + 1)uπ/16) (ISO 10918-1 §A.3.3). */
const BASIS = Float64Array.from({ length: 64 }, (_, i) => {
  const u = i % 8;
  return (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * (i >> 3) + 1) * u * Math.PI) / 16);
});

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

/** Coefficients of one block, dequantized, in rows (ISO 10918-1 §F.2.2). Gives the new DC prediction. */
function readBlock(reader: BitReader, tables: Tables, prediction: number, block: Float64Array): number {
  block.fill(0);
  const size = reader.symbol(tables.dc);
  if (size > 15) throw codecFailed('a coefficient is too large');
  const dc = prediction + reader.signedBits(size);
  block[0] = dc * (tables.quantizer[0] as number);
  for (let k = 1; k < 64; k++) {
    const symbol = reader.symbol(tables.ac);
    const run = symbol >> 4;
    const bits = symbol & 15;
    if (bits === 0) {
      if (run !== 15) break;
      k += 15;
      continue;
    }
    k += run;
    if (k > 63) throw codecFailed('a block has too many coefficients');
    block[ZIGZAG[k] as number] = reader.signedBits(bits) * (tables.quantizer[k] as number);
  }
  return dc;
}

/** Inverse DCT in floating point, rows then columns, into `out` (8 × 8 samples before level shift). */
function inverseTransform(block: Float64Array, rows: Float64Array, out: Float64Array): void {
  for (let v = 0; v < 8; v++) {
    for (let x = 0; x < 8; x++) {
      let sum = 0;
      for (let u = 0; u < 8; u++) sum += (BASIS[x * 8 + u] as number) * (block[v * 8 + u] as number);
      rows[v * 8 + x] = sum;
    }
  }
  for (let y = 0; y < 8; y++) {
    for (let x = 0; x < 8; x++) {
      let sum = 0;
      for (let v = 0; v < 8; v++) sum += (BASIS[y * 8 + v] as number) * (rows[v * 8 + x] as number);
      out[y * 8 + x] = sum;
    }
  }
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
  const reader = new BitReader(encoded, scan?.start ?? 0, scan?.end ?? 0);
  const data = new Uint16Array(rows * columns);
  const block = new Float64Array(64);
  const scratch = new Float64Array(64);
  const samples = new Float64Array(64);
  let prediction = 0;
  for (let i = 0; i < across * down; i++) {
    if (tables.restartInterval > 0 && i > 0 && i % tables.restartInterval === 0) {
      reader.restart((i / tables.restartInterval - 1) % 8);
      prediction = 0;
    }
    prediction = readBlock(reader, tables, prediction, block);
    inverseTransform(block, scratch, samples);
    const top = Math.floor(i / across) * 8;
    const left = (i % across) * 8;
    for (let y = 0; y < 8 && top + y < rows; y++) {
      for (let x = 0; x < 8 && left + x < columns; x++) {
        const value = Math.round(samples[y * 8 + x] as number) + 2048;
        data[(top + y) * columns + left + x] = Math.min(4095, Math.max(0, value));
      }
    }
  }
  return { rows, columns, components: 1, precision, signed: false, data, isRgb: false };
}
