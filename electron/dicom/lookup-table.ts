import type { DataSet } from 'dicom-parser';
import type { LookupTable } from '../shared/frame-values.ts';
import { elementBytes, isBigEndian } from './data-set.ts';

const DESCRIPTOR = 'x00283002';
const DATA = 'x00283006';

/** A LUT that cannot be read for certain, with the reason in words. */
export interface DamagedTable {
  readonly damage: string;
}

export interface TableDescriptor {
  readonly count: number;
  readonly first: number;
  readonly bits: number;
}

/**
 * A descriptor of a table: number of entries (0 is 65,536), first value mapped, bits of an entry (PS3.3 C.7.6.3.1.5, C.11.1.1). Null where
 * it has no three values.
 * @param signedInput whether the first value may be negative; used where the file's encoding does not carry the VR
 */
export function readDescriptor(dataSet: DataSet, tag: string, signedInput: boolean): TableDescriptor | null {
  // Before anything is read: dicom-parser throws where a value reaches beyond the end of the file.
  if ((elementBytes(dataSet, tag)?.length ?? 0) < 6) return null;
  const vr = dataSet.elements[tag]?.vr;
  const signed = vr === 'SS' || (vr !== 'US' && signedInput);
  const count = dataSet.uint16(tag, 0) ?? 0;
  const first = (signed ? dataSet.int16(tag, 1) : dataSet.uint16(tag, 1)) ?? 0;
  const bits = dataSet.uint16(tag, 2) ?? 0;
  return { count: count === 0 ? 65_536 : count, first, bits };
}

/**
 * Reads LUT Descriptor (0028,3002) and LUT Data (0028,3006) of an item of a Modality or VOI LUT Sequence (PS3.3 C.11.1.1, C.11.2.1.1).
 * @param signedInput whether input values may be negative; used where the file's encoding does not carry the descriptor's VR
 */
export function readLookupTable(item: DataSet, signedInput: boolean): LookupTable | DamagedTable {
  const descriptor = readDescriptor(item, DESCRIPTOR, signedInput);
  if (!descriptor) return { damage: 'its descriptor is missing' };
  const { count: wanted, first, bits } = descriptor;
  if (bits < 8 || bits > 16) return { damage: `entries of ${bits} bits` };
  const data = elementBytes(item, DATA);
  if (!data) return { damage: 'it has no entries' };
  const entries = readEntries(item, DATA, data, wanted, bits);
  if (entries.length !== wanted) return { damage: `${entries.length} entries where ${wanted} are described` };
  const most = 2 ** bits - 1;
  if (entries.some((entry) => entry > most)) return { damage: `entries of more than ${bits} bits` };
  return { first, bits, entries };
}

/**
 * Entries of a table in the data set's byte order. Entries of 8 bits lie two a word, or each in a word of its own: the length tells.
 * Gives fewer than `count` where there are no more.
 */
export function readEntries(
  dataSet: DataSet,
  tag: string,
  data: Uint8Array,
  count: number,
  bits: number,
): Uint16Array {
  if (bits === 8 && data.length < count * 2) {
    // Two to a word: in a big endian word the first entry is the lower, second byte; OB has no words.
    const swap = isBigEndian(dataSet) && dataSet.elements[tag]?.vr !== 'OB' ? 1 : 0;
    const packed = Math.min(count, data.length);
    return Uint16Array.from({ length: packed }, (_, i) => data[i ^ swap] ?? data[i] ?? 0);
  }
  const words = Math.min(count, data.length >> 1);
  return Uint16Array.from({ length: words }, (_, i) => dataSet.uint16(tag, i) ?? 0);
}
