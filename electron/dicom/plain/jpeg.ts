import { decodeJpeg8 } from '../codecs/jpeg-baseline.ts';
import { type JpegFacts, readJpeg } from '../codecs/jpeg-markers.ts';
import { badImage, MAX_PLAIN_PIXELS, type PlainPixels } from './plain-image.ts';

/** A baseline JPEG whose stream goes into the object as it is: nothing is compressed twice. */
export interface PlainJpeg {
  readonly rows: number;
  readonly columns: number;
  readonly samples: 1 | 3;
  readonly photometric: 'MONOCHROME2' | 'YBR_FULL' | 'YBR_FULL_422' | 'RGB';
  readonly stream: Uint8Array;
}

/** Exif's orientation (tag 0x0112 of the first directory); 1 is upright. */
function exifOrientation(bytes: Uint8Array, jpeg: JpegFacts): number {
  for (const { marker, start, end } of jpeg.segments) {
    const body = bytes.subarray(start, end);
    if (marker !== 0xe1 || body.length < 22 || String.fromCharCode(...body.subarray(0, 4)) !== 'Exif')
      continue;
    const tiff = new DataView(body.buffer, body.byteOffset + 6, body.byteLength - 6);
    const little = tiff.getUint16(0) === 0x4949;
    const directory = tiff.getUint32(4, little);
    if (directory + 2 > tiff.byteLength) return 1;
    const count = tiff.getUint16(directory, little);
    for (let i = 0; i < count; i++) {
      const entry = directory + 2 + i * 12;
      if (entry + 12 > tiff.byteLength) return 1;
      if (tiff.getUint16(entry, little) === 0x0112) return tiff.getUint16(entry + 8, little);
    }
  }
  return 1;
}

/** The stream without Exif, XMP, IPTC and comments, which can name people and places. The image itself is untouched. */
function withoutMetadata(bytes: Uint8Array, jpeg: JpegFacts): Uint8Array {
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const { marker, start, end } of jpeg.segments) {
    if (marker !== 0xe1 && marker !== 0xed && marker !== 0xfe) continue;
    parts.push(bytes.subarray(from, start - 4));
    from = end;
  }
  parts.push(bytes.subarray(from));
  return Buffer.concat(parts);
}

function photometricOf(jpeg: JpegFacts): PlainJpeg['photometric'] {
  const [first, second] = jpeg.components;
  if (jpeg.components.length === 1) return 'MONOCHROME2';
  const ids = String.fromCharCode(...jpeg.components.map(({ id }) => id));
  const rgb = jpeg.adobeTransform !== null ? jpeg.adobeTransform === 0 : ids === 'RGB';
  if (rgb) return 'RGB';
  const full = first?.horizontal === second?.horizontal && first?.vertical === second?.vertical;
  return full ? 'YBR_FULL' : 'YBR_FULL_422';
}

/** JPEG of 8 bits: baseline as its own stream; extended and progressive decoded. Throws `Refused`. */
export async function readPlainJpeg(bytes: Uint8Array): Promise<PlainJpeg | PlainPixels> {
  const jpeg = readJpeg(bytes);
  const { rows, columns, components } = jpeg;
  if (components.length !== 1 && components.length !== 3)
    throw badImage(`JPEG of ${components.length} colours (CMYK?); save it as RGB`);
  if (rows * columns > MAX_PLAIN_PIXELS) throw badImage('it has too many pixels');
  if (exifOrientation(bytes, jpeg) !== 1) throw badImage('it says that it must be turned; save it upright');
  const photometric = photometricOf(jpeg);
  const stream = withoutMetadata(bytes, jpeg);
  const samples = components.length;
  // Decoding once here shows that the stream is whole before anything is stored.
  const decoded = await decodeJpeg8(stream, photometric);
  if (jpeg.frameMarker === 0xc0) return { rows, columns, samples, photometric, stream };
  return {
    rows,
    columns,
    samples,
    bits: 8,
    photometric: samples === 3 ? 'RGB' : 'MONOCHROME2',
    bytes: decoded.data as Uint8Array,
    lossy: true,
  };
}
