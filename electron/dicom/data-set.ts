import type { DataSet, Element } from 'dicom-parser';
import { dicomParser } from './dicom-parser-binding.ts';

/**
 * Typed access to one data set by tag ('x00100010'), independent of the VR that was written: implicit files and
 * elements sent as UN read the same. Nothing is copied; every access stays inside the bytes.
 */

/** True where words of this data set are big endian. */
export function isBigEndian(dataSet: DataSet): boolean {
  const { byteArrayParser } = dataSet as unknown as { byteArrayParser: unknown };
  return byteArrayParser === dicomParser.bigEndianByteArrayParser;
}

/** The bytes of an element, or null where it is absent, empty or a sequence. */
export function elementBytes(dataSet: DataSet, tag: string): Uint8Array | null {
  const element = dataSet.elements[tag];
  if (!element || element.length <= 0 || element.items) return null;
  const end = element.dataOffset + element.length;
  if (end > dataSet.byteArray.length) return null;
  return dataSet.byteArray.subarray(element.dataOffset, end);
}

/** The characters of an element byte by byte, without padding: for UI, CS, DA, DS and the like, which are ASCII. */
export function plainText(dataSet: DataSet, tag: string): string {
  // Like `elementBytes`, without a view of the bytes: a header is some fifty of these.
  const element = dataSet.elements[tag];
  if (!element || element.length <= 0 || element.items) return '';
  const { byteArray } = dataSet;
  const start = element.dataOffset;
  if (start + element.length > byteArray.length) return '';
  let end = start + Math.min(element.length, 16_384);
  let text = '';
  for (let at = start; at < end; at++) {
    const byte = byteArray[at] as number;
    if (byte === 0) end = at;
    else text += String.fromCharCode(byte);
  }
  return text.trim();
}

/** The values of a text element, each trimmed; none where it is absent or empty. */
export function plainValues(dataSet: DataSet, tag: string): string[] {
  const text = plainText(dataSet, tag);
  if (text === '') return [];
  return text.includes('\\') ? text.split('\\').map((value) => value.trim()) : [text];
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** A DS or IS value as a finite number, or null where it is none. */
export function parseDecimal(text: string | undefined): number | null {
  if (text === undefined || !DECIMAL.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** DS or IS values; null where one of them is no number, or there is none. */
export function decimals(dataSet: DataSet, tag: string): number[] | null {
  const numbers: number[] = [];
  for (const text of plainValues(dataSet, tag)) {
    const value = parseDecimal(text);
    if (value === null) return null;
    numbers.push(value);
  }
  return numbers.length === 0 ? null : numbers;
}

export function decimal(dataSet: DataSet, tag: string): number | null {
  return parseDecimal(plainValues(dataSet, tag)[0]);
}

/** An IS value; null where it is not an integer. */
export function integer(dataSet: DataSet, tag: string): number | null {
  const value = decimal(dataSet, tag);
  return value !== null && Number.isSafeInteger(value) ? value : null;
}

const has = (dataSet: DataSet, tag: string, bytes: number): boolean =>
  (elementBytes(dataSet, tag)?.length ?? 0) >= bytes;

export function unsigned16(dataSet: DataSet, tag: string): number | null {
  return has(dataSet, tag, 2) ? (dataSet.uint16(tag) ?? null) : null;
}

export function signed16(dataSet: DataSet, tag: string): number | null {
  return has(dataSet, tag, 2) ? (dataSet.int16(tag) ?? null) : null;
}

/** The data sets of a sequence's items; none where it is absent or was not written as a sequence. */
export function items(dataSet: DataSet | undefined, tag: string): DataSet[] {
  const element: Element | undefined = dataSet?.elements[tag];
  if (element?.items === undefined) return [];
  return element.items.flatMap((item) => (item.dataSet ? [item.dataSet] : []));
}
