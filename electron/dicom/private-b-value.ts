import type { DataSet } from 'dicom-parser';
import { floats } from './binary-values.ts';
import { integer, parseDecimal, plainText, plainValues } from './data-set.ts';

/**
 * Where makers of MR scanners wrote the diffusion b-value before, or beside, Diffusion b-value (0018,9087). Places and creators as their
 * DICOM conformance statements give them.
 */
interface Place {
  readonly group: string;
  readonly creator: string;
  /** The last two digits of the element, behind those of its block. */
  readonly element: string;
  readonly read: (dataSet: DataSet, tag: string) => number | null;
}

/** GE writes the b-value as the first of four numbers, since 2007 often with 10⁹ or another multiple of 10⁵ added to it. */
function readGe(dataSet: DataSet, tag: string): number | null {
  const first = parseDecimal(plainValues(dataSet, tag)[0]);
  return first === null ? null : first % 100_000;
}

const PLACES: readonly Place[] = [
  { group: '0019', creator: 'SIEMENS MR HEADER', element: '0c', read: integer },
  { group: '0043', creator: 'GEMS_PARM_01', element: '39', read: readGe },
  {
    group: '2001',
    creator: 'Philips Imaging DD 001',
    element: '03',
    read: (dataSet, tag) => floats(dataSet, tag)[0] ?? null,
  },
];

/** Blocks that are looked through for a creator: (gggg,0010) to (gggg,00FF) may hold one, PS3.5 §7.8.1; real files use the first few. */
const FIRST_BLOCK = 0x10;
const LAST_BLOCK = 0xff;

/** The tag of an element of a private block, which lies where its creator reserved it; null where the file has no such block. */
export function privateTag(dataSet: DataSet, group: string, creator: string, element: string): string | null {
  for (let block = FIRST_BLOCK; block <= LAST_BLOCK; block++) {
    const hex = block.toString(16).padStart(2, '0');
    const reserved = `x${group}00${hex}`;
    if (dataSet.elements[reserved] !== undefined && plainText(dataSet, reserved) === creator) {
      return `x${group}${hex}${element}`;
    }
  }
  return null;
}

/** The highest b-value that a scanner reaches is some tens of thousands s/mm². */
const MOST = 100_000;

/**
 * The b-value in s/mm² of an MR image from the private elements of Siemens, GE or Philips; null where there is none that makes sense.
 */
export function privateBValue(dataSet: DataSet): number | null {
  if (plainText(dataSet, 'x00080060') !== 'MR') return null;
  for (const { group, creator, element, read } of PLACES) {
    const tag = privateTag(dataSet, group, creator, element);
    const value = tag === null ? null : read(dataSet, tag);
    if (value !== null && value >= 0 && value < MOST) return value;
  }
  return null;
}
