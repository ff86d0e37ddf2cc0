import { createHash } from 'node:crypto';
import { Refused } from '../shared/errors.ts';
import type { Stated } from '../shared/study.ts';
import type { DicomElement } from './dicom-element.ts';
import { type PlainJpeg, readPlainJpeg } from './plain/jpeg.ts';
import type { PlainPixels } from './plain/plain-image.ts';
import { decodePng } from './plain/png.ts';
import { decodeTiff } from './plain/tiff.ts';
import { writePart10 } from './write-part10.ts';

export interface PlainImageFacts {
  /** File name without its folder; becomes the patient's name and ID. */
  readonly name: string;
  /** What the user stated; goes into its tags. */
  readonly stated: Stated;
}

const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';
const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
const JPEG_BASELINE = '1.2.840.10008.1.2.4.50';

/** True where the first bytes are those of a PNG, JPEG or TIFF file. */
export function isPlainImage(bytes: Uint8Array): boolean {
  return plainFormat(bytes) !== null;
}

function plainFormat(bytes: Uint8Array): 'png' | 'jpeg' | 'tiff' | null {
  const [a, b, c, d] = bytes;
  if (a === 0x89 && b === 0x50 && c === 0x4e && d === 0x47) return 'png';
  if (a === 0xff && b === 0xd8 && c === 0xff) return 'jpeg';
  const tiff =
    (a === 0x49 && b === 0x49 && c === 0x2a && d === 0) ||
    (a === 0x4d && b === 0x4d && c === 0 && d === 0x2a);
  return tiff ? 'tiff' : null;
}

/** A UID of the form 2.25.<UUID as a number> (PS3.5 Annex B.2) that follows from the source's bytes: the same image gets the same UIDs. */
function derivedUid(sha256: string, role: string): string {
  const digest = createHash('sha256').update(`${sha256}:${role}`).digest().subarray(0, 16);
  // Version 8 (own scheme) and the standard variant of RFC 9562.
  digest[6] = ((digest[6] as number) & 0x0f) | 0x80;
  digest[8] = ((digest[8] as number) & 0x3f) | 0x80;
  return `2.25.${BigInt(`0x${digest.toString('hex')}`)}`;
}

/** The file's name without its ending and without characters that mean something in PN or LO; at most 64 characters. */
function subjectName(name: string): string {
  const plain = Array.from(name.replace(/\.[^.]*$/, ''), (character) =>
    character < ' ' || character === '\x7f' || '\\^='.includes(character) ? ' ' : character,
  );
  return plain.join('').trim().slice(0, 64).trim() || 'Image';
}

function statedElements(stated: Stated): DicomElement[] {
  const elements: DicomElement[] = [];
  const cs = (text: string): string => text.trim().toUpperCase().slice(0, 16);
  if (stated.bodyPart) elements.push({ tag: '00180015', vr: 'CS', value: cs(stated.bodyPart) });
  if (stated.view) elements.push({ tag: '00185101', vr: 'CS', value: cs(stated.view) });
  if (stated.age !== undefined) {
    const years = Math.floor(stated.age);
    const age =
      years >= 2
        ? `${String(years).padStart(3, '0')}Y`
        : `${String(Math.round(stated.age * 12)).padStart(3, '0')}M`;
    elements.push({ tag: '00101010', vr: 'AS', value: age });
  }
  return elements;
}

function pixelElements(image: PlainPixels | PlainJpeg): DicomElement[] {
  const bits = 'bits' in image ? image.bits : 8;
  const subsampledOrColour: DicomElement[] =
    image.samples === 3 ? [{ tag: '00280006', vr: 'US', value: 0 }] : [];
  return [
    { tag: '00280002', vr: 'US', value: image.samples },
    { tag: '00280004', vr: 'CS', value: image.photometric },
    ...subsampledOrColour,
    { tag: '00280010', vr: 'US', value: image.rows },
    { tag: '00280011', vr: 'US', value: image.columns },
    { tag: '00280100', vr: 'US', value: bits },
    { tag: '00280101', vr: 'US', value: bits },
    { tag: '00280102', vr: 'US', value: bits - 1 },
    { tag: '00280103', vr: 'US', value: 0 },
    {
      tag: '7FE00010',
      vr: bits === 16 ? 'OW' : 'OB',
      value: 'stream' in image ? { fragments: [image.stream] } : image.bytes,
    },
  ];
}

function lossyElements(image: PlainPixels | PlainJpeg, sourceBytes: number): DicomElement[] {
  if ('lossy' in image && !image.lossy) return [];
  const ratio = (image.rows * image.columns * image.samples) / sourceBytes;
  return [
    { tag: '00282110', vr: 'CS', value: '01' },
    { tag: '00282112', vr: 'DS', value: Math.max(1, Math.round(ratio * 100) / 100) },
    { tag: '00282114', vr: 'CS', value: 'ISO_10918_1' },
  ];
}

async function readPlain(bytes: Uint8Array): Promise<PlainPixels | PlainJpeg> {
  switch (plainFormat(bytes)) {
    case 'png':
      return decodePng(bytes);
    case 'jpeg':
      return readPlainJpeg(bytes);
    case 'tiff':
      return decodeTiff(bytes);
    default:
      throw new Refused('not-an-image', 'This is no PNG, JPEG or TIFF image.');
  }
}

/**
 * A PNG, JPEG or TIFF image as a Secondary Capture object (Part 10 bytes; PS3.3 A.8.1), a study of its own. Pixels are not
 * changed: a baseline JPEG keeps its stream. UIDs follow from the source's bytes. No pixel spacing is claimed, no date is
 * made up; what the user stated stands in its tags.
 * @throws Refused `not-an-image`, `bad-image`, `codec-failed`
 */
export async function wrapPlainImage(bytes: Uint8Array, facts: PlainImageFacts): Promise<Uint8Array> {
  const image = await readPlain(bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const subject = subjectName(facts.name);
  return writePart10({
    sopClassUID: SECONDARY_CAPTURE,
    sopInstanceUID: derivedUid(sha256, 'instance'),
    transferSyntaxUID: 'stream' in image ? JPEG_BASELINE : EXPLICIT_LITTLE_ENDIAN,
    elements: [
      { tag: '00080005', vr: 'CS', value: 'ISO_IR 192' },
      { tag: '00080008', vr: 'CS', value: ['DERIVED', 'SECONDARY'] },
      { tag: '00080020', vr: 'DA', value: '' },
      { tag: '00080030', vr: 'TM', value: '' },
      { tag: '00080050', vr: 'SH', value: '' },
      { tag: '00080060', vr: 'CS', value: facts.stated.modality ?? 'OT' },
      { tag: '00080064', vr: 'CS', value: 'WSD' },
      { tag: '00080070', vr: 'LO', value: '' },
      { tag: '00080090', vr: 'PN', value: '' },
      { tag: '00100010', vr: 'PN', value: subject },
      { tag: '00100020', vr: 'LO', value: subject },
      { tag: '00100030', vr: 'DA', value: '' },
      { tag: '00100040', vr: 'CS', value: '' },
      { tag: '0020000D', vr: 'UI', value: derivedUid(sha256, 'study') },
      { tag: '0020000E', vr: 'UI', value: derivedUid(sha256, 'series') },
      { tag: '00200010', vr: 'SH', value: '' },
      { tag: '00200011', vr: 'IS', value: 1 },
      { tag: '00200013', vr: 'IS', value: 1 },
      { tag: '00200020', vr: 'CS', value: '' },
      ...statedElements(facts.stated),
      ...pixelElements(image),
      ...lossyElements(image, bytes.length),
    ],
  });
}
