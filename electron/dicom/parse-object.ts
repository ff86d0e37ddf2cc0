import { inflateRawSync } from 'node:zlib';
import type { DataSet, Element } from 'dicom-parser';
import { Refused } from '../shared/errors.ts';
import { BoundedStream, MAX_DEPTH } from './bounded-stream.ts';
import { plainText } from './data-set.ts';
import { dicomParser } from './dicom-parser-binding.ts';
import { contradiction, guessSyntax, isInOrder, isVr, recoveryWords } from './recover-encoding.ts';
import { transferSyntax, type TransferSyntax } from './transfer-syntax.ts';

/** A parsed object up to its Pixel Data. `bytes` are those that the offsets count in (inflated where it was deflated). */
export interface ParsedObject {
  readonly dataSet: DataSet;
  readonly bytes: Uint8Array;
  readonly syntax: TransferSyntax;
  /** (7FE0,0010), (7FE0,0008) or (7FE0,0009), its length as declared; null for objects without pixels. */
  readonly pixelElement: Element | null;
  /** From the meta header; empty where there is none. */
  readonly mediaStorageSopClassUID: string;
  /** What was wrong with how the file is written and was mended, in plain words; null where nothing was. */
  readonly recovered: string | null;
}

/** A deflated data set may not become larger than this. */
const MAX_INFLATED = 512 * 1024 * 1024;
/** Nor, beyond the first 64 MiB, larger than this many times its size: images reach 20, masks 200, bombs 1,000. */
const MAX_INFLATION = 250;
const FREE_INFLATED = 64 * 1024 * 1024;
const PIXEL_DATA = 'x7fe00010';
const FLOAT_PIXELS = ['x7fe00008', 'x7fe00009'] as const;
const UNDEFINED_LENGTH = 0xffff_ffff;

const truncated = (words: string): Refused =>
  new Refused('truncated', `The file ends too early: ${words}. Copy it again from its source.`);

const badHeader = (words: string, cause?: unknown): Refused =>
  new Refused('bad-header', `The DICOM header cannot be read: ${words}.`, undefined, cause);

const tooDeep = (cause?: unknown): Refused =>
  new Refused(
    'sequence-too-deep',
    `The header nests its sequences more than ${MAX_DEPTH} levels deep, which no object needs.`,
    undefined,
    cause,
  );

const notDicom = (): Refused =>
  new Refused(
    'not-dicom',
    'This is not a DICOM file (no DICM mark, and no data set that can be recognised for certain).',
  );

/** Whether 'DICM' stands at an offset. */
function isMark(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x44 && bytes[at + 1] === 0x49 && bytes[at + 2] === 0x43 && bytes[at + 3] === 0x4d;
}

/** Brings what dicom-parser throws (strings, errors, RangeError on endless nesting) into our words. */
function parserRefusal(thrown: unknown): Refused {
  if (thrown instanceof Refused) return thrown;
  if (thrown instanceof RangeError && /call stack/i.test(thrown.message)) return tooDeep(thrown);
  const inner =
    typeof thrown === 'object' && thrown !== null && 'exception' in thrown ? thrown.exception : thrown;
  const words = inner instanceof Error ? inner.message : String(inner);
  return /past end|overread|overrun|maxPosition|beyond/i.test(words)
    ? truncated('a length reaches beyond the end')
    : badHeader(words.replace(/^dicomParser\.[\w.]*[: -]*/, ''), thrown);
}

interface Meta {
  readonly transferSyntaxUID: string;
  readonly sopClassUID: string;
  /** (0002,0000) is there and wrong. */
  readonly wrongLength: boolean;
  /** Where the data set begins. */
  readonly end: number;
}

/** Group 0002, always explicit little endian (PS3.10 §7.1). Its group length is not trusted: it is wrong in many files. */
function readMeta(bytes: Uint8Array, start: number): Meta {
  const elements: Record<string, Element> = {};
  let at = start;
  const stream = new dicomParser.ByteStream(dicomParser.littleEndianByteArrayParser, bytes, at);
  while (at + 8 <= bytes.length && bytes[at] === 2 && bytes[at + 1] === 0) {
    const element = dicomParser.readDicomElementExplicit(stream, []);
    if (element.dataOffset + element.length > bytes.length) throw truncated('inside the meta header');
    elements[element.tag] = element;
    at = stream.position;
  }
  const meta = newDataSet(bytes, elements, false);
  return {
    transferSyntaxUID: plainText(meta, 'x00020010'),
    sopClassUID: plainText(meta, 'x00020002'),
    wrongLength: isWrongLength(meta, at),
    end: at,
  };
}

/** Group Length counts from the end of its own element to the end of the group. */
function isWrongLength(meta: DataSet, end: number): boolean {
  const element = meta.elements['x00020000'];
  if (!element || element.length !== 4) return element !== undefined;
  return meta.uint32('x00020000') !== end - (element.dataOffset + 4);
}

type DataSetConstructor = new (
  parser: unknown,
  bytes: Uint8Array,
  elements: Record<string, Element>,
) => DataSet;

function newDataSet(bytes: Uint8Array, elements: Record<string, Element>, bigEndian: boolean): DataSet {
  const { DataSet } = dicomParser as unknown as { DataSet: DataSetConstructor };
  const parser = bigEndian ? dicomParser.bigEndianByteArrayParser : dicomParser.littleEndianByteArrayParser;
  return new DataSet(parser, bytes, elements);
}

function inflate(bytes: Uint8Array, start: number): Uint8Array {
  const deflated = bytes.subarray(start);
  const limit = Math.min(MAX_INFLATED, Math.max(FREE_INFLATED, deflated.length * MAX_INFLATION));
  try {
    return inflateRawSync(deflated, { maxOutputLength: limit });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : '';
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      if (limit < MAX_INFLATED) {
        throw new Refused(
          'deflate-ratio',
          `The deflated data set unfolds to more than ${MAX_INFLATION} times its size, which no image reaches.`,
          undefined,
          cause,
        );
      }
      throw new Refused(
        'too-large',
        'The deflated data set is larger than 512 MiB when unpacked.',
        undefined,
        cause,
      );
    }
    if (code === 'Z_BUF_ERROR') throw truncated('inside the deflated data set');
    throw badHeader('the deflated data set cannot be unpacked', cause);
  }
}

function parseDataSet(bytes: Uint8Array, start: number, syntax: TransferSyntax): DataSet {
  if (start >= bytes.length) throw truncated('there is nothing after the meta header');
  const bigEndian = syntax.encoding === 'explicit-be';
  const parser = bigEndian ? dicomParser.bigEndianByteArrayParser : dicomParser.littleEndianByteArrayParser;
  const stream = new BoundedStream(parser, bytes, start);
  const dataSet = newDataSet(bytes, {}, bigEndian);
  const options = { untilTag: PIXEL_DATA };
  if (syntax.encoding === 'implicit-le') {
    dicomParser.parseDicomDataSetImplicit(dataSet, stream, bytes.length, options);
  } else {
    dicomParser.parseDicomDataSetExplicit(dataSet, stream, bytes.length, options);
  }
  // That it cannot look four bytes ahead for an item is no fault: the last value of an implicit data set may be shorter.
  if (stream.warnings.some((text) => text.startsWith('eof encountered') && !text.includes('peeking'))) {
    throw truncated('inside a sequence');
  }
  checkEnd(dataSet, stream.position);
  if (stream.sawItems) checkDepth(dataSet);
  return dataSet;
}

/** Level by level, since a walk that calls itself would itself be too deep. */
function checkDepth(dataSet: DataSet): void {
  let level: DataSet[] = [dataSet];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) throw tooDeep();
    const next: DataSet[] = [];
    for (const one of level) {
      for (const tag in one.elements) {
        for (const item of one.elements[tag]?.items ?? []) if (item.dataSet) next.push(item.dataSet);
      }
    }
    level = next;
  }
}

/** Values of defined length must lie inside the file; the parser itself seeks past the end without a word. */
function checkEnd(dataSet: DataSet, position: number): void {
  const size = dataSet.byteArray.length;
  if (position > size) throw truncated('a length reaches beyond the end');
  const pixels = pixelElementOf(dataSet);
  if (!pixels || pixels.length === UNDEFINED_LENGTH || pixels.dataOffset + pixels.length <= size) return;
  throw truncated(
    `the pixel data declare ${pixels.length} bytes, ${Math.max(0, size - pixels.dataOffset)} are left`,
  );
}

function pixelElementOf(dataSet: DataSet): Element | null {
  for (const tag of [PIXEL_DATA, ...FLOAT_PIXELS]) {
    const element = dataSet.elements[tag];
    if (element) return element;
  }
  return null;
}

/**
 * Parses a Part 10 file, or a bare data set where its encoding is certain, up to the Pixel Data. Nothing is copied,
 * and no length is believed beyond the bytes that are there.
 * @throws Refused `not-dicom`, `truncated`, `bad-header`, `sequence-too-deep`, `too-large`, `no-transfer-syntax`
 */
export function parseObject(bytes: Uint8Array): ParsedObject {
  const preamble = isMark(bytes, 128);
  // Some write the mark without the 128 bytes before it.
  const marked = preamble || isMark(bytes, 0);
  const start = preamble ? 132 : marked ? 4 : 0;
  if (bytes.length < start + 8)
    throw bytes.length === 0 ? notDicom() : marked ? truncated('after the DICM mark') : notDicom();
  const startsWithMeta = bytes[start] === 2 && bytes[start + 1] === 0 && (marked || isVr(bytes, 4));
  if (!marked && !startsWithMeta && guessSyntax(bytes, 0) === null) throw notDicom();
  try {
    const meta = startsWithMeta
      ? readMeta(bytes, start)
      : { transferSyntaxUID: '', sopClassUID: '', wrongLength: false, end: start };
    const said = meta.transferSyntaxUID === '' ? null : transferSyntax(meta.transferSyntaxUID);
    const seen = said === null ? guessSyntax(bytes, meta.end) : contradiction(said, bytes, meta.end);
    const syntax = seen ?? said;
    if (!syntax) {
      if (meta.end + 8 > bytes.length) throw truncated('there is nothing after the meta header');
      throw new Refused(
        'no-transfer-syntax',
        'The file does not say how it is encoded, and its first element does not show it.',
      );
    }
    const deflated = syntax.encoding === 'deflated';
    const body = deflated ? inflate(bytes, meta.end) : bytes;
    const dataSet = parseDataSet(body, deflated ? 0 : meta.end, syntax);
    const pixelElement = pixelElementOf(dataSet);
    if (seen !== null && pixelElement?.length === UNDEFINED_LENGTH) {
      throw new Refused('no-transfer-syntax', 'The pixels are compressed and the file does not say how.');
    }
    if (seen !== null && !isInOrder(dataSet)) {
      throw new Refused(
        'no-transfer-syntax',
        'The file does not say rightly how it is encoded, and its data does not show it for certain.',
      );
    }
    const recovered = recoveryWords(
      {
        preamble,
        meta: startsWithMeta,
        stated: said !== null,
        contradicted: seen === null ? null : said,
        wrongMetaLength: meta.wrongLength,
      },
      syntax,
    );
    return {
      dataSet,
      bytes: body,
      syntax,
      pixelElement,
      mediaStorageSopClassUID: meta.sopClassUID,
      recovered,
    };
  } catch (thrown) {
    const refusal = parserRefusal(thrown);
    // A file that merely looked like a bare data set is no damaged DICOM file.
    throw marked || startsWithMeta || refusal.code === 'no-transfer-syntax' ? refusal : notDicom();
  }
}
