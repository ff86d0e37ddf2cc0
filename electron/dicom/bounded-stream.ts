import type { ByteArrayParser, ByteStream } from 'dicom-parser';
import { Refused } from '../shared/errors.ts';
import { dicomParser } from './dicom-parser-binding.ts';

/** Levels of sequences in sequences. The deepest trees of the standard (structured reports) stay far below. */
export const MAX_DEPTH = 64;
/**
 * Elements and items of one header together. Each costs some 200 bytes when it is parsed and eight in the file, so a file of
 * 100 MB could otherwise take 2.5 GB. A slide of 100,000 tiles has about 1.6 million.
 */
export const MAX_ELEMENTS = 2_000_000;
/** Reading a tag takes two words, a short length a third, looking ahead for a delimiter two more. */
const WORDS_EACH = 4;

/** Tags and lengths of zero one after the other: no data set, but what a damaged disk or a bomb holds. */
const MAX_ZEROS = 3000;

/** VRs of 64-bit integers came after dicom-parser's list of those with a 32-bit length (PS3.5 §7.1.2). */
const LONG_AND_UNKNOWN = new Set(['OV', 'SV', 'UV']);

/** dicom-parser's stream. Its types declare the methods as members, which a class cannot override. */
type BaseStream = new (
  parser: ByteArrayParser,
  bytes: Uint8Array,
  position: number,
) => {
  readonly byteArrayParser: ByteArrayParser;
  readonly byteArray: Uint8Array;
  readonly warnings: string[];
  position: number;
  readByteStream(length: number): ByteStream;
  readUint16(): number;
  readUint32(): number;
  readFixedString(length: number): string;
  seek(offset: number): void;
};
const Base = dicomParser.ByteStream as unknown as BaseStream;

const tooMany = (): Refused =>
  new Refused(
    'too-many-elements',
    `The header has more than ${MAX_ELEMENTS.toLocaleString('en')} elements, which no image needs. It was not read further.`,
  );

const onlyZeros = (): Refused =>
  new Refused(
    'bad-header',
    'The DICOM header cannot be read: it holds nothing but zeros from some place on. Copy the file again from its source.',
  );

const beyondEnd = (): Refused =>
  new Refused(
    'truncated',
    'The file ends too early: a length reaches beyond the end. Copy it again from its source.',
  );

/**
 * The stream that dicom-parser reads from, with limits: no value is stepped over that reaches beyond the bytes that are there, and
 * no more than `MAX_ELEMENTS` are read. Elements of VR OV, SV and UV show as OB, whose form they have.
 */
export class BoundedStream extends Base {
  // Not private names: every word of every header passes here, and those cost a check each.
  private words = 0;
  private zeros = 0;
  /** Words one after the other with nothing else between them. */
  private run = 0;
  /** The group of items and of their ends came by: there are sequences, or it looks so. */
  sawItems = false;

  override readUint16(): number {
    const word = this.byteArrayParser.readUint16(this.byteArray, this.position);
    this.position += 2;
    if (word === 0xfffe) this.sawItems = true;
    // More than a length, a tag and a look ahead: the value of an element of undefined length is searched for its end.
    if (++this.run > 6) return word;
    if (++this.words > MAX_ELEMENTS * WORDS_EACH) throw tooMany();
    this.zeros = word === 0 ? this.zeros + 1 : 0;
    if (this.zeros > MAX_ZEROS) throw onlyZeros();
    return word;
  }

  override readUint32(): number {
    this.run = 0;
    return super.readUint32();
  }

  override readFixedString(length: number): string {
    this.run = 0;
    const text = super.readFixedString(length);
    return length === 2 && text.charCodeAt(1) === 0x56 && LONG_AND_UNKNOWN.has(text) ? 'OB' : text;
  }

  override seek(offset: number): void {
    const to = this.position + offset;
    if (to > this.byteArray.length || to < 0) throw beyondEnd();
    this.position = to;
    this.run = 0;
  }
}
