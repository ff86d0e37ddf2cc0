import type { Lesion, Opinion } from '../../shared/reader-study.ts';
import { intersectionOverUnion, LEAST_IOU } from '../matching.ts';

/** What a reader marked, laid over the truth. */
export interface Localised {
  /** Highest rating of a mark on each lesion, in the lesions' order; −∞ where nobody marked it. */
  readonly lesions: number[];
  /** Ratings of marks that are on no lesion. */
  readonly elsewhere: number[];
}

/** A box on an image. */
export type Place = Pick<Lesion, 'image' | 'frame' | 'box'>;

/**
 * A mark is on a lesion by the rule of ADR 9: same image and frame, and an intersection over union of at least 0.1 or the centre of
 * either inside the other. On several, it is on the one that it overlaps most (the first of equals). Of several marks on one lesion the
 * highest rating counts and the others are neither hits nor false.
 */
export function localise({ marks }: Pick<Opinion, 'marks'>, lesions: readonly Lesion[]): Localised {
  const best = lesions.map(() => Number.NEGATIVE_INFINITY);
  const elsewhere: number[] = [];
  for (const mark of marks) {
    const hit = lesionUnder(mark, lesions);
    if (hit === -1) elsewhere.push(mark.rating);
    else best[hit] = Math.max(best[hit] ?? Number.NEGATIVE_INFINITY, mark.rating);
  }
  return { lesions: best, elsewhere };
}

/** Which lesion a mark is on, by the rule of `localise`; −1 for none. */
export function lesionUnder(mark: Place, lesions: readonly Lesion[]): number {
  let found = -1;
  let most = -1;
  lesions.forEach((lesion, at) => {
    if (!samePlace(mark, lesion)) return;
    const overlap = intersectionOverUnion(mark.box, lesion.box);
    if (overlap > most) [found, most] = [at, overlap];
  });
  return found;
}

/** Whether two boxes are at the same place, by the rule of ADR 9. */
export function samePlace(a: Place, b: Place): boolean {
  if (a.image !== b.image || a.frame !== b.frame) return false;
  return intersectionOverUnion(a.box, b.box) >= LEAST_IOU || holdsCentre(a, b) || holdsCentre(b, a);
}

function holdsCentre({ box }: Place, other: Place): boolean {
  const [x, y] = [(other.box[0] + other.box[2]) / 2, (other.box[1] + other.box[3]) / 2];
  return x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3];
}
