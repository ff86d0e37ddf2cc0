import type { DataSet } from 'dicom-parser';
import { elementBytes } from './data-set.ts';

/** Values of binary elements that hold several numbers. Each stops at what the element's length holds. */

/** Unsigned 32-bit numbers (UL). */
export function unsigned32s(dataSet: DataSet, tag: string): number[] {
  const count = Math.floor((elementBytes(dataSet, tag)?.length ?? 0) / 4);
  return Array.from({ length: count }, (_, i) => dataSet.uint32(tag, i) ?? 0);
}

/** Finite 64-bit floats (FD); none where one of them is not finite. */
export function doubles(dataSet: DataSet, tag: string): number[] {
  const count = Math.floor((elementBytes(dataSet, tag)?.length ?? 0) / 8);
  if (count === 0) return [];
  const values = Array.from({ length: count }, (_, i) => dataSet.double(tag, i) ?? Number.NaN);
  return values.every(Number.isFinite) ? values : [];
}

/** Finite 32-bit floats (FL), as the shortest decimals that they are; none where one of them is not finite. */
export function floats(dataSet: DataSet, tag: string): number[] {
  const count = Math.floor((elementBytes(dataSet, tag)?.length ?? 0) / 4);
  if (count === 0) return [];
  const values = Array.from({ length: count }, (_, i) => dataSet.float(tag, i) ?? Number.NaN);
  return values.every(Number.isFinite) ? values.map((value) => Number(value.toPrecision(7))) : [];
}

/** A tag (AT) as 'GGGGEEEE' in capitals; null where there is none. */
export function tagValue(dataSet: DataSet, tag: string): string | null {
  if ((elementBytes(dataSet, tag)?.length ?? 0) < 4) return null;
  const hex = (value: number) => value.toString(16).toUpperCase().padStart(4, '0');
  return `${hex(dataSet.uint16(tag, 0) ?? 0)}${hex(dataSet.uint16(tag, 1) ?? 0)}`;
}
