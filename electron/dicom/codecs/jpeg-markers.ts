import { codecFailed } from './codec-image.ts';

export interface JpegComponent {
  readonly id: number;
  readonly horizontal: number;
  readonly vertical: number;
  readonly quantizer: number;
}

/** A marker segment: `start` and `end` enclose its parameters, without the length. */
export interface JpegSegment {
  readonly marker: number;
  readonly start: number;
  readonly end: number;
}

/** Facts of a JPEG stream (ISO 10918-1 Annex B). */
export interface JpegFacts {
  /** Start of frame: 0xC0 baseline, 0xC1 extended, 0xC2 progressive, 0xC3 lossless, … */
  readonly frameMarker: number;
  readonly precision: number;
  readonly rows: number;
  readonly columns: number;
  readonly components: readonly JpegComponent[];
  readonly jfif: boolean;
  /** Adobe's colour transform (APP14); null where it is not there. */
  readonly adobeTransform: number | null;
  /** Every segment before and between the scans, in order. */
  readonly segments: readonly JpegSegment[];
  /** Entropy-coded bytes of each scan. */
  readonly scans: readonly { readonly header: JpegSegment; readonly start: number; readonly end: number }[];
}

const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** First byte of the marker after entropy-coded data: neither stuffing nor a restart. */
function scanEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    at = bytes.indexOf(0xff, at);
    if (at < 0 || at + 1 >= bytes.length) throw codecFailed('the JPEG stream ends too early');
    const next = bytes[at + 1] as number;
    if (next === 0xff) at += 1;
    else if (next === 0 || (next >= 0xd0 && next <= 0xd7)) at += 2;
    else return at;
  }
}

/**
 * Walks a JPEG stream to its end mark, which must be there: decoders paint what is missing grey without a word.
 * @throws Refused `codec-failed`
 */
export function readJpeg(bytes: Uint8Array): JpegFacts {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) throw codecFailed('it is no JPEG stream');
  const segments: JpegSegment[] = [];
  const scans: { header: JpegSegment; start: number; end: number }[] = [];
  let frame: Pick<JpegFacts, 'frameMarker' | 'precision' | 'rows' | 'columns' | 'components'> | null = null;
  let jfif = false;
  let adobeTransform: number | null = null;
  let at = 2;
  for (;;) {
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++;
    const marker = bytes[at + 1];
    if (at + 2 > bytes.length || marker === undefined) throw codecFailed('the JPEG stream ends too early');
    if (bytes[at] !== 0xff) throw codecFailed('the JPEG stream is damaged between its parts');
    if (marker === 0xd9) break;
    if (at + 4 > bytes.length) throw codecFailed('the JPEG stream ends too early');
    const length = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
    const segment = { marker, start: at + 4, end: at + 2 + length };
    if (length < 2 || segment.end > bytes.length) throw codecFailed('the JPEG stream ends too early');
    segments.push(segment);
    const body = bytes.subarray(segment.start, segment.end);
    if (isFrame(marker)) {
      if (frame) throw codecFailed('the JPEG stream has several frames');
      frame = readFrameHeader(marker, body);
    }
    if (marker === 0xe0 && String.fromCharCode(...body.subarray(0, 5)) === 'JFIF\0') jfif = true;
    if (marker === 0xee && String.fromCharCode(...body.subarray(0, 5)) === 'Adobe')
      adobeTransform = body[11] ?? null;
    at = segment.end;
    if (marker === 0xda) {
      const end = scanEnd(bytes, at);
      scans.push({ header: segment, start: at, end });
      at = end;
    }
  }
  if (!frame || scans.length === 0) throw codecFailed('the JPEG stream holds no image');
  return { ...frame, jfif, adobeTransform, segments, scans };
}

function readFrameHeader(
  frameMarker: number,
  body: Uint8Array,
): Pick<JpegFacts, 'frameMarker' | 'precision' | 'rows' | 'columns' | 'components'> {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const count = body[5] ?? 0;
  if (body.length < 6 + count * 3) throw codecFailed('the JPEG frame header is cut off');
  const components = Array.from({ length: count }, (_, i): JpegComponent => {
    const sampling = body[7 + i * 3] as number;
    return {
      id: body[6 + i * 3] as number,
      horizontal: sampling >> 4,
      vertical: sampling & 15,
      quantizer: body[8 + i * 3] as number,
    };
  });
  const facts = {
    frameMarker,
    precision: body[0] as number,
    rows: view.getUint16(1),
    columns: view.getUint16(3),
    components,
  };
  if (facts.rows === 0 || facts.columns === 0) throw codecFailed('the JPEG stream does not state its size');
  return facts;
}
