/** Where things lie in a DICOM file, for mutations that know what they hit. Tolerant: it stops where it no longer understands. */
export interface PlacedElement {
  /** 'GGGGEEEE'. */
  readonly tag: string;
  /** First byte of its tag. */
  readonly at: number;
  /** First byte of its VR; null in implicit VR. */
  readonly vrAt: number | null;
  readonly vr: string;
  readonly lengthAt: number;
  readonly lengthSize: 2 | 4;
  readonly start: number;
  /** After its value, as far as it is known. */
  readonly end: number;
  readonly depth: number;
}

export interface PlacedFragment {
  /** First byte of the item's tag. */
  readonly at: number;
  readonly start: number;
  readonly end: number;
}

export interface DicomMap {
  readonly metaEnd: number;
  readonly elements: readonly PlacedElement[];
  /** Items of encapsulated Pixel Data, the basic offset table first; none where pixels are not encapsulated. */
  readonly fragments: readonly PlacedFragment[];
  readonly bigEndian: boolean;
}

const LONG = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);
const UNDEFINED = 0xffff_ffff;
const MAX_ELEMENTS = 4000;

class Walk {
  readonly elements: PlacedElement[] = [];
  readonly fragments: PlacedFragment[] = [];
  readonly #bytes: Buffer;
  readonly #implicit: boolean;
  readonly #big: boolean;

  constructor(bytes: Buffer, implicit: boolean, big: boolean) {
    this.#bytes = bytes;
    this.#implicit = implicit;
    this.#big = big;
  }

  #u16 = (at: number): number => (this.#big ? this.#bytes.readUInt16BE(at) : this.#bytes.readUInt16LE(at));
  #u32 = (at: number): number => (this.#big ? this.#bytes.readUInt32BE(at) : this.#bytes.readUInt32LE(at));
  #tag = (at: number): string =>
    this.#u16(at).toString(16).padStart(4, '0').toUpperCase() +
    this.#u16(at + 2)
      .toString(16)
      .padStart(4, '0')
      .toUpperCase();

  /** Gives where the data set ended. */
  dataSet(from: number, to: number, depth: number, untilGroup: number | null): number {
    let at = from;
    while (at + 8 <= to && this.elements.length < MAX_ELEMENTS) {
      const tag = this.#tag(at);
      if (untilGroup !== null && this.#u16(at) !== untilGroup) return at;
      if (tag === 'FFFEE00D') return at + 8;
      const explicit = !this.#implicit;
      const vr = explicit ? this.#bytes.toString('latin1', at + 4, at + 6) : '';
      const long = !explicit || LONG.has(vr);
      const lengthAt = explicit ? (long ? at + 8 : at + 6) : at + 4;
      if (lengthAt + 4 > this.#bytes.length) return at;
      const length = long ? this.#u32(lengthAt) : this.#u16(lengthAt);
      const start = lengthAt + (long ? 4 : 2);
      const pixels = tag === '7FE00010';
      let end = length === UNDEFINED ? to : Math.min(to, start + length);
      const place = this.elements.push({
        tag,
        at,
        vrAt: explicit ? at + 4 : null,
        vr,
        lengthAt,
        lengthSize: long ? 4 : 2,
        start,
        end,
        depth,
      });
      if (pixels && length === UNDEFINED) end = this.#encapsulated(start, to);
      else if (depth < 20 && (vr === 'SQ' || (length === UNDEFINED && !pixels))) {
        end = this.#items(start, end, depth + 1);
      }
      const element = this.elements[place - 1];
      if (element) this.elements[place - 1] = { ...element, end };
      if (end <= at) return at;
      at = end;
    }
    return at;
  }

  #items(from: number, to: number, depth: number): number {
    let at = from;
    while (at + 8 <= to) {
      const tag = this.#tag(at);
      const length = this.#u32(at + 4);
      if (tag === 'FFFEE0DD') return at + 8;
      if (tag !== 'FFFEE000') return to;
      const inner = at + 8;
      const end = length === UNDEFINED ? to : Math.min(to, inner + length);
      at = this.dataSet(inner, end, depth, null);
      if (length !== UNDEFINED) at = end;
    }
    return at;
  }

  #encapsulated(from: number, to: number): number {
    let at = from;
    while (at + 8 <= to && this.#tag(at) === 'FFFEE000') {
      const end = Math.min(to, at + 8 + this.#u32(at + 4));
      this.fragments.push({ at, start: at + 8, end });
      at = end;
    }
    return Math.min(to, at + 8);
  }
}

/** The places of a Part 10 file; of a bare data set it sees nothing, and byte mutations are left. */
export function mapDicom(bytes: Buffer): DicomMap {
  if (bytes.length < 144 || bytes.toString('latin1', 128, 132) !== 'DICM') {
    return { metaEnd: 0, elements: [], fragments: [], bigEndian: false };
  }
  const meta = new Walk(bytes, false, false);
  const metaEnd = meta.dataSet(132, bytes.length, 0, 2);
  const syntax = meta.elements.find(({ tag }) => tag === '00020010');
  const uid = syntax ? bytes.toString('latin1', syntax.start, syntax.end).replace(/[\0 ]/g, '') : '';
  const bigEndian = uid === '1.2.840.10008.1.2.2';
  const body = new Walk(bytes, uid === '1.2.840.10008.1.2', bigEndian);
  // A deflated data set is no data set to patch: its bytes are mutated as bytes.
  if (uid !== '1.2.840.10008.1.2.1.99') body.dataSet(metaEnd, bytes.length, 0, null);
  return { metaEnd, elements: [...meta.elements, ...body.elements], fragments: body.fragments, bigEndian };
}
