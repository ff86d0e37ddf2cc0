import { inflateSync } from 'node:zlib';
import { badImage, MAX_PLAIN_PIXELS, type PlainPixels } from './plain-image.ts';
import { expandLzw, expandPackBits } from './tiff-compression.ts';

/** Sizes of TIFF's field types 1–4: BYTE, ASCII, SHORT, LONG (TIFF 6.0 §2). */
const FIELD_SIZE: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4 };
const TAG = {
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  stripOffsets: 273,
  orientation: 274,
  samples: 277,
  rowsPerStrip: 278,
  stripBytes: 279,
  planar: 284,
  predictor: 317,
  tileWidth: 322,
  extraSamples: 338,
  sampleFormat: 339,
} as const;

/** The fields of the first directory that hold whole numbers. */
function readDirectory(bytes: Uint8Array, view: DataView, little: boolean): Map<number, number[]> {
  const at = view.getUint32(4, little);
  if (at + 2 > bytes.length) throw badImage('the TIFF file is cut off');
  const count = view.getUint16(at, little);
  const end = at + 2 + count * 12;
  if (end + 4 > bytes.length) throw badImage('the TIFF file is cut off');
  if (view.getUint32(end, little) !== 0)
    throw badImage('the TIFF file has several pages; save each as a file of its own');
  const fields = new Map<number, number[]>();
  for (let entry = at + 2; entry < end; entry += 12) {
    const type = view.getUint16(entry + 2, little);
    const size = FIELD_SIZE[type];
    const values = view.getUint32(entry + 4, little);
    if (size === undefined || values * size > bytes.length) continue;
    const start = values * size <= 4 ? entry + 8 : view.getUint32(entry + 8, little);
    if (start + values * size > bytes.length) throw badImage('the TIFF file is cut off');
    fields.set(
      view.getUint16(entry, little),
      Array.from({ length: values }, (_, i) => {
        const place = start + i * size;
        return size === 1
          ? view.getUint8(place)
          : size === 2
            ? view.getUint16(place, little)
            : view.getUint32(place, little);
      }),
    );
  }
  return fields;
}

function expand(strip: Uint8Array, compression: number, size: number): Uint8Array {
  switch (compression) {
    case 1:
      return strip;
    case 5:
      return expandLzw(strip, size);
    case 8:
    case 32946:
      return inflateSync(strip, { maxOutputLength: size + 65_536 });
    case 32773:
      return expandPackBits(strip, size);
    default:
      throw badImage(`TIFF compression ${compression} is not read by this build; save it uncompressed`);
  }
}

/** Undoes horizontal differencing (TIFF 6.0 §14) on little-endian cells, row by row. */
function undoPredictor(cells: Uint8Array, rowBytes: number, samples: number, wide: boolean): void {
  const step = samples * (wide ? 2 : 1);
  for (let row = 0; row + rowBytes <= cells.length; row += rowBytes) {
    for (let i = row + step; i < row + rowBytes; i += wide ? 2 : 1) {
      if (wide) {
        const left = (cells[i - step] as number) | ((cells[i - step + 1] as number) << 8);
        const sum = left + ((cells[i] as number) | ((cells[i + 1] as number) << 8));
        cells[i] = sum & 0xff;
        cells[i + 1] = (sum >> 8) & 0xff;
      } else cells[i] = ((cells[i] as number) + (cells[i - step] as number)) & 0xff;
    }
  }
}

/**
 * Baseline TIFF of one page in strips: 8- or 16-bit grey or RGB, uncompressed, LZW, deflate or PackBits. Everything else is
 * refused by name.
 */
export function decodeTiff(bytes: Uint8Array): PlainPixels {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 16) throw badImage('the TIFF file is cut off');
  const little = bytes[0] === 0x49;
  const fields = readDirectory(bytes, view, little);
  const first = (tag: number, otherwise: number): number => fields.get(tag)?.[0] ?? otherwise;
  const columns = first(TAG.width, 0);
  const rows = first(TAG.height, 0);
  const samples = first(TAG.samples, 1);
  const bits = fields.get(TAG.bits) ?? [1];
  const photometric = first(TAG.photometric, -1);
  const [depth = 0] = bits;
  if (rows === 0 || columns === 0 || rows * columns > MAX_PLAIN_PIXELS || rows > 65_535 || columns > 65_535)
    throw badImage(`${columns} by ${rows} pixels`);
  if (fields.has(TAG.tileWidth)) throw badImage('it is a tiled TIFF; save it in strips');
  if ((depth !== 8 && depth !== 16) || bits.some((one) => one !== depth))
    throw badImage(`TIFF of ${bits.join(', ')} bits`);
  if (first(TAG.sampleFormat, 1) !== 1) throw badImage('its values are signed or floating point');
  if (first(TAG.orientation, 1) !== 1) throw badImage('it says that it must be turned; save it upright');
  if (first(TAG.fillOrder, 1) !== 1 || first(TAG.planar, 1) !== 1)
    throw badImage('its samples are stored in an unusual order');
  const grey = samples === 1 && (photometric === 0 || photometric === 1);
  if (!grey && !(samples === 3 && photometric === 2))
    throw badImage(`TIFF of ${samples} samples, photometric ${photometric}`);

  const rowBytes = (columns * samples * depth) / 8;
  const offsets = fields.get(TAG.stripOffsets) ?? [];
  const lengths = fields.get(TAG.stripBytes) ?? [];
  const rowsPerStrip = Math.min(rows, first(TAG.rowsPerStrip, rows));
  if (
    rowsPerStrip === 0 ||
    offsets.length !== Math.ceil(rows / rowsPerStrip) ||
    lengths.length !== offsets.length
  ) {
    throw badImage('the strips of the TIFF file do not fit its size');
  }
  const compression = first(TAG.compression, 1);
  // LZW, the densest of them, gives at most 4,096 bytes for 1.5: asked before the memory is taken.
  const packed = lengths.reduce((sum, length) => sum + length, 0);
  if (rows * rowBytes > packed * (compression === 1 ? 1 : 2731)) throw badImage('the TIFF file is cut off');
  const cells = new Uint8Array(rows * rowBytes);
  offsets.forEach((offset, i) => {
    const length = lengths[i] as number;
    if (offset + length > bytes.length) throw badImage('the TIFF file is cut off');
    const size = Math.min(rowsPerStrip, rows - i * rowsPerStrip) * rowBytes;
    const strip = expandStrip(bytes.subarray(offset, offset + length), compression, size);
    if (strip.length < size) throw badImage('the TIFF file is cut off');
    cells.set(strip.subarray(0, size), i * rowsPerStrip * rowBytes);
  });
  if (depth === 16 && !little) Buffer.from(cells.buffer).swap16();
  const predictor = first(TAG.predictor, 1);
  if (predictor === 2 && compression !== 1) undoPredictor(cells, rowBytes, samples, depth === 16);
  else if (predictor !== 1) throw badImage(`TIFF predictor ${predictor}`);
  return {
    rows,
    columns,
    samples: grey ? 1 : 3,
    bits: depth,
    photometric: grey ? (photometric === 0 ? 'MONOCHROME1' : 'MONOCHROME2') : 'RGB',
    bytes: cells,
    lossy: false,
  };
}

function expandStrip(strip: Uint8Array, compression: number, size: number): Uint8Array {
  try {
    return expand(strip, compression, size);
  } catch (cause) {
    throw cause instanceof Error && cause.name === 'refused'
      ? cause
      : badImage('the TIFF file is damaged', cause);
  }
}
