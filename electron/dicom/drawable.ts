import type { DataSet } from 'dicom-parser';
import { items, plainText } from './data-set.ts';
import type { ParsedObject } from './parse-object.ts';
import { sopKind } from './sop-classes.ts';

/** Slope and intercept of each frame, as written, where frames carry their own. */
function rescaleDiffersByFrame(dataSet: DataSet): boolean {
  const seen = new Set<string>();
  for (const frame of items(dataSet, 'x52009230')) {
    const [transformation] = items(frame, 'x00289145');
    if (transformation)
      seen.add(`${plainText(transformation, 'x00281053')} ${plainText(transformation, 'x00281052')}`);
    if (seen.size > 1) return true;
  }
  return false;
}

/**
 * Why this build cannot draw an object that has pixels, in plain words; null where it can. The frames themselves may
 * still be refused when they are decoded.
 */
export function whyNotDrawn(object: ParsedObject, sopClassUID: string): string | null {
  const { dataSet, syntax } = object;
  const { notDrawn } = sopKind(sopClassUID);
  if (notDrawn !== undefined) return notDrawn;
  if (syntax.codec === 'none') {
    const name = syntax.name === 'unknown' ? syntax.uid : `${syntax.name} (${syntax.uid})`;
    return `Transfer syntax ${name} is not decoded by this build`;
  }
  if (items(dataSet, 'x00283000').length > 0) return 'Its Modality LUT Sequence is not applied by this build';
  if (rescaleDiffersByFrame(dataSet))
    return 'Its rescale differs from frame to frame, which this build does not apply';
  return null;
}
