import { codecFailed } from './codec-image.ts';

/** Facts of a JPEG 2000 or HTJ2K codestream's main header (ISO 15444-1 Annex A). */
export interface CodestreamFacts {
  readonly components: number;
  /** The most bits that a component has. */
  readonly precision: number;
  /** Multiple component transformation: the decoder turns the components into RGB. */
  readonly colourTransform: boolean;
  readonly reversible: boolean;
  readonly highThroughput: boolean;
  /** Each component's samples lie at every pixel. */
  readonly fullResolution: boolean;
}

const SOT = 0xff90;
const EOC = 0xffd9;

/** Tile-parts must be whole: decoders fill what is missing without a word. A missing end mark alone is forgiven. */
function checkTileParts(bytes: Uint8Array, view: DataView, first: number): void {
  let at = first;
  while (at + 12 <= bytes.length && view.getUint16(at) === SOT) {
    const length = view.getUint32(at + 6);
    // Zero: the last tile-part, up to the end mark.
    if (length === 0) {
      const end = bytes.length - (bytes[bytes.length - 1] === 0 ? 1 : 0);
      if (view.getUint16(end - 2) !== EOC) throw codecFailed('the JPEG 2000 stream ends too early');
      return;
    }
    if (length < 14 || length > bytes.length - at) throw codecFailed('the JPEG 2000 stream ends too early');
    at += length;
  }
  if (at === first || (at + 2 <= bytes.length && view.getUint16(at) !== EOC && view.getUint16(at) !== 0)) {
    throw codecFailed('the JPEG 2000 stream is damaged between its tiles');
  }
}

/** Reads the main header and checks that the stream is whole. Throws `codec-failed`. */
export function readCodestream(bytes: Uint8Array): CodestreamFacts {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint32(0) !== 0xff4fff51)
    throw codecFailed('it is no JPEG 2000 codestream');
  const facts = {
    components: 0,
    precision: 0,
    colourTransform: false,
    reversible: false,
    highThroughput: false,
    fullResolution: true,
  };
  let at = 2;
  while (at + 4 <= bytes.length) {
    const marker = view.getUint16(at);
    if (marker === SOT) {
      checkTileParts(bytes, view, at);
      return facts;
    }
    const length = view.getUint16(at + 2);
    if (length < 2 || at + 2 + length > bytes.length) break;
    if (marker === 0xff51 && length >= 38) {
      facts.components = view.getUint16(at + 38);
      for (let c = 0; c < facts.components; c++) {
        const sampling = at + 40 + c * 3 + 1;
        facts.precision = Math.max(facts.precision, ((bytes[sampling - 1] ?? 0) & 0x7f) + 1);
        if (sampling + 1 >= bytes.length || bytes[sampling] !== 1 || bytes[sampling + 1] !== 1)
          facts.fullResolution = false;
      }
    }
    if (marker === 0xff50) facts.highThroughput = true;
    if (marker === 0xff52 && length >= 12) {
      facts.colourTransform = bytes[at + 8] === 1;
      facts.reversible = bytes[at + 13] === 1;
    }
    at += 2 + length;
  }
  throw codecFailed('the JPEG 2000 header is damaged');
}
