import { type CodecImage, codecFailed } from './codec-image.ts';
import { BitReader, type HuffmanTable, readHuffmanTables } from './huffman.ts';
import { type JpegFacts, readJpeg } from './jpeg-markers.ts';

interface Scan {
  readonly tables: readonly HuffmanTable[];
  readonly predictor: number;
  readonly pointTransform: number;
  readonly restartInterval: number;
  readonly start: number;
  readonly end: number;
}

function readScan(bytes: Uint8Array, jpeg: JpegFacts): Scan {
  const [scan] = jpeg.scans;
  if (!scan || jpeg.scans.length !== 1)
    throw codecFailed('lossless JPEG with one scan a component is not decoded by this build');
  const tables = new Map<number, HuffmanTable>();
  let restartInterval = 0;
  for (const { marker, start, end } of jpeg.segments) {
    if (marker === 0xc4) readHuffmanTables(bytes.subarray(start, end), tables);
    if (marker === 0xdd && end - start >= 2)
      restartInterval = ((bytes[start] as number) << 8) | (bytes[start + 1] as number);
  }
  const header = bytes.subarray(scan.header.start, scan.header.end);
  const count = header[0] ?? 0;
  if (count !== jpeg.components.length || header.length < 4 + count * 2)
    throw codecFailed('its scan does not hold every component');
  const chosen = jpeg.components.map(({ id }, i) => {
    if (header[1 + i * 2] !== id) throw codecFailed('its scan orders the components differently');
    const table = tables.get((header[2 + i * 2] as number) >> 4);
    if (!table) throw codecFailed('a Huffman table is missing');
    return table;
  });
  const predictor = header[1 + count * 2] as number;
  const pointTransform = (header[3 + count * 2] as number) & 15;
  if (predictor < 1 || predictor > 7 || pointTransform >= jpeg.precision)
    throw codecFailed('its predictor is not one of lossless JPEG');
  return { tables: chosen, predictor, pointTransform, restartInterval, start: scan.start, end: scan.end };
}

/** Predictors 1–7 from the left (a), upper (b) and upper left (c) neighbours (ISO 10918-1 table H.1). */
function predict(predictor: number, a: number, b: number, c: number): number {
  switch (predictor) {
    case 1:
      return a;
    case 2:
      return b;
    case 3:
      return c;
    case 4:
      return a + b - c;
    case 5:
      return a + ((b - c) >> 1);
    case 6:
      return b + ((a - c) >> 1);
    default:
      return (a + b) >> 1;
  }
}

/** One difference; category 16 is 32768 without further bits (ISO 10918-1 §H.1.2.2). */
function difference(reader: BitReader, table: HuffmanTable): number {
  const category = reader.symbol(table);
  if (category > 16) throw codecFailed('the JPEG data hold a difference that is too large');
  return category === 16 ? 32_768 : reader.signedBits(category);
}

function decodeScan(bytes: Uint8Array, jpeg: JpegFacts, scan: Scan): Uint16Array {
  const { rows, columns, precision, components } = jpeg;
  const { tables, predictor, pointTransform, restartInterval } = scan;
  const n = components.length;
  const stride = columns * n;
  const out = new Uint16Array(rows * stride);
  const reader = new BitReader(bytes, scan.start, scan.end);
  const initial = 1 << (precision - pointTransform - 1);
  const sampleMask = 0xffff;
  // The first row of an interval is predicted from the left alone, and its first sample from the middle of the range.
  let intervalRow = 0;
  let untilRestart = restartInterval;
  let restarts = 0;
  if (restartInterval % columns !== 0)
    throw codecFailed('its restart interval is not a number of whole rows');
  for (let row = 0; row < rows; row++) {
    if (restartInterval > 0 && untilRestart === 0) {
      reader.restart(restarts++ % 8);
      untilRestart = restartInterval;
      intervalRow = row;
    }
    untilRestart -= columns;
    const firstRow = row === intervalRow;
    const base = row * stride;
    for (let i = 0; i < stride; i++) {
      const component = n === 1 ? 0 : i % n;
      const at = base + i;
      let prediction: number;
      if (firstRow) prediction = i < n ? initial : (out[at - n] as number);
      else if (i < n) prediction = out[at - stride] as number;
      else
        prediction = predict(
          predictor,
          out[at - n] as number,
          out[at - stride] as number,
          out[at - stride - n] as number,
        );
      out[at] = (prediction + difference(reader, tables[component] as HuffmanTable)) & sampleMask;
    }
  }
  if (pointTransform > 0) for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) << pointTransform;
  return out;
}

/**
 * JPEG Lossless, Huffman coded (process 14, any predictor; ISO 10918-1 Annex H): 2 to 16 bits, one or three interleaved
 * components at full resolution. Anything damaged or cut off is refused, never filled.
 * @throws Refused `codec-failed`
 */
export function decodeJpegLossless(encoded: Uint8Array): CodecImage {
  const jpeg = readJpeg(encoded);
  const { rows, columns, precision, components, frameMarker } = jpeg;
  if (frameMarker !== 0xc3) throw codecFailed('it is another JPEG process than the transfer syntax names');
  if (precision < 2 || precision > 16) throw codecFailed(`${precision} bits a sample are not lossless JPEG`);
  if (components.length !== 1 && components.length !== 3)
    throw codecFailed(`${components.length} components are not decoded by this build`);
  if (
    components.length > 1 &&
    components.some(({ horizontal, vertical }) => horizontal !== 1 || vertical !== 1)
  ) {
    throw codecFailed('its components have different resolutions');
  }
  // A pixel takes at least one bit a component: a huge size in a short stream is damage, not an image.
  if (rows * columns * components.length > encoded.length * 8)
    throw codecFailed('it states more pixels than it can hold');
  const cells = decodeScan(encoded, jpeg, readScan(encoded, jpeg));
  const limit = 2 ** precision;
  if (precision < 16 && cells.some((value) => value >= limit))
    throw codecFailed('a value lies outside its bits');
  return {
    rows,
    columns,
    components: components.length,
    precision,
    signed: false,
    data: precision <= 8 ? Uint8Array.from(cells) : cells,
    isRgb: false,
  };
}
