import { Bug } from '../shared/errors.ts';
import type { DicomElement, ElementValue } from './dicom-element.ts';
import { encodeValue, needsCharacterSet } from './write-value.ts';

export type { DicomElement, ElementValue };

export interface Part10Object {
  readonly sopClassUID: string;
  readonly sopInstanceUID: string;
  /** Explicit little endian, or an encapsulated syntax. */
  readonly transferSyntaxUID: string;
  /**
   * The data set without group 0002, in any order. SOP Class and Instance UID are added where absent, and Specific Character Set
   * (ISO_IR 192, since text is written in UTF-8) where there is text that is more than ASCII.
   */
  readonly elements: readonly DicomElement[];
}

/** Overread's own root under 2.25 (a UUID as a number, PS3.5 Annex B.2). */
const IMPLEMENTATION_CLASS_UID = '2.25.261904937815028176235510423309182377450';
/** At most 16 characters (SH). */
const IMPLEMENTATION_VERSION_NAME = 'OVERREAD_0_1';

const LONG_FORM = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);
const UNDEFINED_LENGTH = 0xffff_ffff;

function tagBytes(tag: string): [number, number] {
  if (!/^[0-9A-Fa-f]{8}$/.test(tag)) throw new Bug(`${tag} is no tag`);
  return [Number.parseInt(tag.slice(0, 4), 16), Number.parseInt(tag.slice(4), 16)];
}

function elementHeader(tag: string, vr: string, length: number): Buffer {
  const [group, element] = tagBytes(tag);
  const long = LONG_FORM.has(vr);
  const header = Buffer.alloc(long ? 12 : 8);
  header.writeUInt16LE(group, 0);
  header.writeUInt16LE(element, 2);
  header.write(vr, 4, 'latin1');
  if (long) header.writeUInt32LE(length, 8);
  else {
    if (length > 0xffff) throw new Bug(`${length} bytes do not fit element (${tag}) of VR ${vr}`);
    header.writeUInt16LE(length, 6);
  }
  return header;
}

function itemHeader(element: number, length: number): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16LE(0xfffe, 0);
  header.writeUInt16LE(element, 2);
  header.writeUInt32LE(length, 4);
  return header;
}

const isFragments = (value: ElementValue): value is { readonly fragments: readonly Uint8Array[] } =>
  typeof value === 'object' && 'fragments' in value;

const even = (bytes: Uint8Array): Uint8Array[] =>
  bytes.length % 2 === 0 ? [bytes] : [bytes, Uint8Array.of(0)];

/** Encapsulated Pixel Data with a basic offset table, one fragment a frame (PS3.5 §A.4). */
function encapsulated(tag: string, vr: string, fragments: readonly Uint8Array[]): Uint8Array[] {
  const table = Buffer.alloc(fragments.length * 4);
  let offset = 0;
  const parts: Uint8Array[] = [];
  fragments.forEach((fragment, i) => {
    table.writeUInt32LE(offset, i * 4);
    const length = fragment.length + (fragment.length % 2);
    parts.push(itemHeader(0xe000, length), ...even(fragment));
    offset += 8 + length;
  });
  return [
    elementHeader(tag, vr, UNDEFINED_LENGTH),
    itemHeader(0xe000, table.length),
    table,
    ...parts,
    itemHeader(0xe0dd, 0),
  ];
}

function writeElement({ tag, vr, value }: DicomElement): Uint8Array[] {
  if (isFragments(value)) return encapsulated(tag, vr, value.fragments);
  if (vr === 'SQ') {
    const body = (value as readonly (readonly DicomElement[])[]).flatMap((item) => {
      const inside = writeElements(item);
      return [itemHeader(0xe000, byteLength(inside)), ...inside];
    });
    return [elementHeader(tag, vr, byteLength(body)), ...body];
  }
  const bytes = encodeValue(tag, vr, value);
  return [elementHeader(tag, vr, bytes.length), bytes];
}

const byteLength = (parts: readonly Uint8Array[]): number =>
  parts.reduce((sum, part) => sum + part.length, 0);

function writeElements(elements: readonly DicomElement[]): Uint8Array[] {
  const sorted = elements
    .map((element) => ({ ...element, tag: element.tag.toUpperCase() }))
    .toSorted((a, b) => (a.tag < b.tag ? -1 : a.tag > b.tag ? 1 : 0));
  sorted.forEach((element, i) => {
    if (i > 0 && sorted[i - 1]?.tag === element.tag) throw new Bug(`element (${element.tag}) is given twice`);
  });
  return sorted.flatMap(writeElement);
}

/** Whether any text of a data set, its sequences included, is more than ASCII. */
function hasWideText(elements: readonly DicomElement[]): boolean {
  return elements.some(({ vr, value }) =>
    vr === 'SQ'
      ? (value as readonly (readonly DicomElement[])[]).some(hasWideText)
      : needsCharacterSet(vr, value),
  );
}

/** Specific Character Set where it has to be added; throws where another one is stated than the text is written in. */
function characterSet(elements: readonly DicomElement[]): DicomElement[] {
  if (!hasWideText(elements)) return [];
  const stated = elements.find(({ tag }) => tag === '00080005');
  if (!stated) return [{ tag: '00080005', vr: 'CS', value: 'ISO_IR 192' }];
  const [set] = Array.isArray(stated.value) ? (stated.value as readonly unknown[]) : [stated.value];
  if (set !== 'ISO_IR 192')
    throw new Bug('text beyond ASCII is written in UTF-8, and another Specific Character Set is stated');
  return [];
}

/** Groups that are not a data set's own (PS3.10 §7.1, PS3.5 §7.5, PS3.7 §6.3). */
const FOREIGN_GROUP = /^(0000|0002|FFFE)/i;

/**
 * A Part 10 file: a preamble of zeros (nothing foreign gets out in it), the meta group with its right length, and the data
 * set in explicit VR little endian, elements sorted, items of defined length (PS3.10 §7.1, PS3.5 §7).
 * @throws Bug where an element cannot be written: a wrong tag, a value that its VR does not take, an element twice, a group that is
 *   not the data set's
 */
export function writePart10(object: Part10Object): Uint8Array {
  const { sopClassUID, sopInstanceUID, transferSyntaxUID } = object;
  const meta = writeElements([
    { tag: '00020001', vr: 'OB', value: Uint8Array.of(0, 1) },
    { tag: '00020002', vr: 'UI', value: sopClassUID },
    { tag: '00020003', vr: 'UI', value: sopInstanceUID },
    { tag: '00020010', vr: 'UI', value: transferSyntaxUID },
    { tag: '00020012', vr: 'UI', value: IMPLEMENTATION_CLASS_UID },
    { tag: '00020013', vr: 'SH', value: IMPLEMENTATION_VERSION_NAME },
  ]);
  const foreign = object.elements.find(({ tag }) => FOREIGN_GROUP.test(tag));
  if (foreign) throw new Bug(`(${foreign.tag}) is no element of a data set`);
  const present = new Set(object.elements.map(({ tag }) => tag.toUpperCase()));
  const identity: DicomElement[] = [
    { tag: '00080016', vr: 'UI', value: sopClassUID },
    { tag: '00080018', vr: 'UI', value: sopInstanceUID },
  ];
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    ...writeElement({ tag: '00020000', vr: 'UL', value: byteLength(meta) }),
    ...meta,
    ...writeElements([
      ...characterSet(object.elements),
      ...identity.filter(({ tag }) => !present.has(tag)),
      ...object.elements,
    ]),
  ]);
}
