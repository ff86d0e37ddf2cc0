import { items, plainValues, unsigned16 } from './data-set.ts';
import { parseObject } from './parse-object.ts';

const NOT_IN_USE = 0x0000;

/**
 * The files that a DICOMDIR names, each as the components of its path below the DICOMDIR (Referenced File ID, PS3.3 F.3.2.2), as
 * written: nothing is checked against the disk, and a component may be anything. Records are taken as they stand in the file, so that
 * wrong offsets between them lose nothing; those marked as no longer in use are passed over.
 *
 * @throws Refused as `parseObject`.
 */
export function readDicomdir(bytes: Uint8Array): string[][] {
  const { dataSet } = parseObject(bytes);
  return items(dataSet, 'x00041220').flatMap((record) => {
    const file = plainValues(record, 'x00041500');
    return file.length === 0 || unsigned16(record, 'x00041410') === NOT_IN_USE ? [] : [file];
  });
}
