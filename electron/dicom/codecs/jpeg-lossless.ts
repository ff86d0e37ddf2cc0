import { type CodecImage, codecFailed } from './codec-image.ts';
import {
  afterRestart,
  checkNotPast,
  extend,
  type HuffmanTable,
  type Interval,
  readHuffmanTables,
  readInterval,
} from './huffman.ts';
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

/** What every row of a scan needs. */
interface Rows {
  readonly out: Uint16Array;
  readonly columns: number;
  readonly tables: readonly HuffmanTable[];
  readonly predictor: number;
  /** Prediction of the very first sample: the middle of the range. */
  readonly initial: number;
}

/**
 * Decodes rows `first` to `last` from one interval. Its first row is predicted from the left alone (ISO 10918-1 §H.1.2.1).
 * The bits are kept in local variables: this loop runs once a sample.
 */
function decodeRows(interval: Interval, rows: Rows, first: number, last: number): void {
  const { data } = interval;
  const { out, columns, tables, predictor, initial } = rows;
  const n = tables.length;
  const stride = columns * n;
  let window = 0;
  let count = 0;
  let at = 0;
  for (let row = first; row < last; row++) {
    const base = row * stride;
    let component = 0;
    for (let i = base; i < base + stride; i++) {
      let prediction: number;
      if (i < base + n) prediction = row === first ? initial : (out[i - stride] as number);
      else if (predictor === 1 || row === first) prediction = out[i - n] as number;
      else
        prediction = predict(
          predictor,
          out[i - n] as number,
          out[i - stride] as number,
          out[i - stride - n] as number,
        );
      while (count <= 24) {
        window = (window << 8) | (data[at++] as number);
        count += 8;
      }
      const table = tables[component] as HuffmanTable;
      const short = table.short[(window >>> (count - 12)) & 0xfff] as number;
      let difference: number;
      if (short !== 0) {
        count -= short & 15;
        difference = short >> 16;
      } else {
        const code = table.codes[(window >>> (count - 16)) & 0xffff] as number;
        const category = code & 0xff;
        if (code === 0) throw codecFailed('the JPEG data hold a code that is not in the table');
        if (category > 16) throw codecFailed('the JPEG data hold a difference that is too large');
        count -= code >> 8;
        while (count < 16) {
          window = (window << 8) | (data[at++] as number);
          count += 8;
        }
        // Category 16 is 32768 without further bits (ISO 10918-1 §H.1.2.2).
        if (category === 16) difference = 32_768;
        else {
          count -= category;
          difference = extend((window >>> count) & ((1 << category) - 1), category);
        }
      }
      // Cut to 16 bits by the array, as §H.1.2.1 counts modulo 65,536.
      out[i] = prediction + difference;
      if (++component === n) component = 0;
    }
    checkNotPast(interval, at, count);
  }
}

function decodeScan(bytes: Uint8Array, jpeg: JpegFacts, scan: Scan): Uint16Array {
  const { rows, columns, precision } = jpeg;
  const { tables, predictor, pointTransform, restartInterval } = scan;
  const out = new Uint16Array(rows * columns * tables.length);
  if (restartInterval % columns !== 0)
    throw codecFailed('its restart interval is not a number of whole rows');
  const perInterval = restartInterval === 0 ? rows : restartInterval / columns;
  const facts: Rows = { out, columns, tables, predictor, initial: 1 << (precision - pointTransform - 1) };
  let start = scan.start;
  for (let first = 0, restarts = 0; first < rows; first += perInterval, restarts++) {
    const interval = readInterval(bytes, start, scan.end);
    const last = Math.min(rows, first + perInterval);
    decodeRows(interval, facts, first, last);
    if (last < rows) start = afterRestart(bytes, interval, restarts % 8);
  }
  if (pointTransform > 0) for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) << pointTransform;
  return out;
}

/** The greatest of the samples; a loop, since it goes over every sample of a frame. */
function greatest(cells: Uint16Array): number {
  let most = 0;
  for (let i = 0; i < cells.length; i++) if ((cells[i] as number) > most) most = cells[i] as number;
  return most;
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
  if (precision < 16 && greatest(cells) >= 2 ** precision) throw codecFailed('a value lies outside its bits');
  return {
    rows,
    columns,
    components: components.length,
    precision,
    signed: false,
    data: precision <= 8 ? new Uint8Array(cells) : cells,
    isRgb: false,
  };
}
