import type { DataSet } from 'dicom-parser';
import {
  EXPLICIT_BIG_ENDIAN,
  EXPLICIT_LITTLE_ENDIAN,
  IMPLICIT_LITTLE_ENDIAN,
  type TransferSyntax,
} from './transfer-syntax.ts';

/**
 * Files that leave out, or contradict, what PS3.10 §7.1 asks for: how they are encoded is taken from the data itself, where that is
 * certain. What was mended is said in plain words; what is not certain is refused by the caller.
 */
const VR =
  /^(AE|AS|AT|CS|DA|DS|DT|FL|FD|IS|LO|LT|OB|OD|OF|OL|OV|OW|PN|SH|SL|SQ|SS|ST|SV|TM|UC|UI|UL|UN|UR|US|UT|UV)$/;

/** Whether two bytes are a value representation of PS3.5 §6.2. */
export function isVr(bytes: Uint8Array, at: number): boolean {
  return VR.test(String.fromCharCode(...bytes.subarray(at, at + 2)));
}

/** The encoding of a data set by its first element, which must be of group 0008; null where it is not certain. */
export function guessSyntax(bytes: Uint8Array, at: number): TransferSyntax | null {
  if (at + 8 > bytes.length) return null;
  const explicit = isVr(bytes, at + 4);
  const little = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
  if (little === 0x0008) {
    if (explicit) return EXPLICIT_LITTLE_ENDIAN;
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(at + 4, true);
    return length <= bytes.length - at - 8 ? IMPLICIT_LITTLE_ENDIAN : null;
  }
  return little === 0x0800 && explicit ? EXPLICIT_BIG_ENDIAN : null;
}

/**
 * How the data set is really encoded, where that differs from what the meta header states. Only among the uncompressed encodings: the
 * pixels of the others could not be told apart.
 */
export function contradiction(stated: TransferSyntax, bytes: Uint8Array, at: number): TransferSyntax | null {
  if (stated.codec !== 'native' || stated.encoding === 'deflated') return null;
  const seen = guessSyntax(bytes, at);
  return seen === null || seen.encoding === stated.encoding ? null : seen;
}

/** Tags must ascend (PS3.5 §7.1): a data set read in the wrong encoding runs out of step and shows it here. */
export function isInOrder(dataSet: DataSet): boolean {
  let last = '';
  for (const tag of Object.keys(dataSet.elements)) {
    if (tag <= last) return false;
    last = tag;
  }
  return true;
}

/** What a file's beginning was found to be. */
export interface Beginning {
  readonly preamble: boolean;
  readonly meta: boolean;
  /** False where the meta header says no transfer syntax. */
  readonly stated: boolean;
  /** What the meta header stated wrongly; null where the data is as it says. */
  readonly contradicted: TransferSyntax | null;
  /** True where (0002,0000) is there and is not the length of the meta header. */
  readonly wrongMetaLength: boolean;
}

/** What was mended, in plain words; null where nothing was. */
export function recoveryWords(found: Beginning, syntax: TransferSyntax): string | null {
  const words: string[] = [];
  if (!found.meta) words.push(`it has no ${found.preamble ? '' : 'preamble and no '}meta header`);
  else if (!found.preamble) words.push('it has no preamble');
  if (found.meta && !found.stated) words.push('its meta header does not say how it is encoded');
  if (found.contradicted) words.push(`its meta header says ${found.contradicted.name}, which it is not`);
  if (found.wrongMetaLength) words.push('its meta header states a wrong length for itself');
  if (words.length === 0) return null;
  const encoding = !found.stated || found.contradicted !== null;
  return `The file is not written as the standard asks: ${words.join('; ')}. ${
    encoding
      ? `The data itself shows that it is ${syntax.name}, and was read so.`
      : 'It could be read for certain.'
  }`;
}
