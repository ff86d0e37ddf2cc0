import type { Golden } from '../shared/pack.ts';
import type { ReadOutputs } from './postprocess/interpret-outputs.ts';

/** Boxes may differ from Python's by at most this, in pixels of the image. */
export const BOX_TOLERANCE = 0.5;

/** How far the findings lie from the expected ones: scores, and edges of boxes in pixels; infinity where one is missing on either side. */
export function findingDifferences(
  expected: NonNullable<Golden['findings']>,
  found: ReadOutputs['findings'],
): { readonly score: number; readonly box: number } {
  if (expected.length !== found.length) {
    return { score: Number.POSITIVE_INFINITY, box: Number.POSITIVE_INFINITY };
  }
  const worst = { score: 0, box: 0 };
  for (const [index, wanted] of expected.entries()) {
    const got = found[index];
    const same = got !== undefined && got.label === wanted.label && got.box !== null;
    worst.score = Math.max(worst.score, same ? Math.abs(got.score - wanted.score) : Number.POSITIVE_INFINITY);
    for (const side of [0, 1, 2, 3] as const) {
      const off = Math.abs((got?.box?.[side] ?? Number.POSITIVE_INFINITY) - wanted.box[side]);
      worst.box = Math.max(worst.box, off);
    }
  }
  return worst;
}
