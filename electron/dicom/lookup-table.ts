import type { DataSet } from 'dicom-parser';
import type { LookupTable } from '../shared/frame-values.ts';
import { elementBytes, isBigEndian } from './data-set.ts';

const DESCRIPTOR = 'x00283002';
const DATA = 'x00283006';

/** A LUT that cannot be read for certain, with the reason in words. */
export interface DamagedTable {
  readonly damage: string;
}

/**
 * Reads LUT Descriptor (0028,3002) and LUT Data (0028,3006) of an item of a Modality or VOI LUT Sequence (PS3.3 C.11.1.1, C.11.2.1.1).
 * @param signedInput whether input values may be negative; used where the file's encoding does not carry the descriptor's VR
 */
export function readLookupTable(item: DataSet, signedInput: boolean): LookupTable | DamagedTable {
  const vr = item.elements[DESCRIPTOR]?.vr;
  const signed = vr === 'SS' || (vr !== 'US' && signedInput);
  const count = item.uint16(DESCRIPTOR, 0);
  const first = signed ? item.int16(DESCRIPTOR, 1) : item.uint16(DESCRIPTOR, 1);
  const bits = item.uint16(DESCRIPTOR, 2);
  const described = (elementBytes(item, DESCRIPTOR)?.length ?? 0) >= 6;
  if (!described || count === undefined || first === undefined || bits === undefined)
    return { damage: 'its descriptor is missing' };
  if (bits < 8 || bits > 16) return { damage: `entries of ${bits} bits` };
  const data = elementBytes(item, DATA);
  if (!data) return { damage: 'it has no entries' };
  const wanted = count === 0 ? 65_536 : count;
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
