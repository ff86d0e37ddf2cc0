import type { DataSet } from 'dicom-parser';
import { items } from './data-set.ts';

const PER_FRAME = 'x52009230';
const SHARED = 'x52009229';

/**
 * The items of a functional group macro that hold for one frame (0-based) of a multi-frame object: the frame's own, else the shared
 * ones (PS3.3 C.7.6.16.1.1). None where the object has no such group.
 */
export function functionalGroupItems(dataSet: DataSet, frame: number, sequence: string): DataSet[] {
  // Not `items`: it would list every frame's item for each frame.
  const own = items(dataSet.elements[PER_FRAME]?.items?.[frame]?.dataSet, sequence);
  return own.length > 0 ? own : items(items(dataSet, SHARED)[0], sequence);
}

/** The first item of a functional group macro for one frame (0-based); most macros have just one. */
export function functionalGroup(dataSet: DataSet, frame: number, sequence: string): DataSet | undefined {
  return functionalGroupItems(dataSet, frame, sequence)[0];
}
