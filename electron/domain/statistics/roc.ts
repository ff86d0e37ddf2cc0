import { requireCounts } from './table.ts';

/** How many cases with one score the reference calls positive and negative. Scores in any unit, higher for more suspicion. */
export interface ScoredCounts {
  readonly score: number;
  readonly positives: number;
  readonly negatives: number;
}

/** One point of the curve: what the threshold 'score at or above' gives. */
export interface RocPoint {
  /** Infinity for the first point, at which nothing is called positive. */
  readonly threshold: number;
  /** Sensitivity and 1 − specificity, shares of 0 to 1. */
  readonly truePositiveRate: number;
  readonly falsePositiveRate: number;
}

/** Equal scores together, the highest first. */
export function scoredCounts(scores: readonly number[], positive: readonly boolean[]): ScoredCounts[] {
  if (scores.length !== positive.length) throw new RangeError('As many scores as answers are needed.');
  if (scores.some((score) => Number.isNaN(score))) throw new RangeError('A score is not a number.');
  const counts = new Map<number, { positives: number; negatives: number }>();
  scores.forEach((score, i) => {
    const held = counts.get(score) ?? { positives: 0, negatives: 0 };
    if (positive[i] === true) held.positives += 1;
    else held.negatives += 1;
    counts.set(score, held);
  });
  return [...counts].map(([score, held]) => ({ score, ...held })).toSorted((a, b) => b.score - a.score);
}

/**
 * The points of the receiver operating characteristic, one for each different score and (0, 0) before them; none is left out as collinear.
 * Source: Fawcett T, Pattern Recognit Lett 2006;27:861.
 *
 * @returns Null where there is no positive or no negative case.
 */
export function rocPoints(counts: readonly ScoredCounts[]): RocPoint[] | null {
  requireCounts(counts.flatMap(({ positives, negatives }) => [positives, negatives]));
  const positives = counts.reduce((sum, one) => sum + one.positives, 0);
  const negatives = counts.reduce((sum, one) => sum + one.negatives, 0);
  if (positives === 0 || negatives === 0) return null;
  const points: RocPoint[] = [
    { threshold: Number.POSITIVE_INFINITY, truePositiveRate: 0, falsePositiveRate: 0 },
  ];
  let [tp, fp] = [0, 0];
  for (const one of counts.toSorted((a, b) => b.score - a.score)) {
    tp += one.positives;
    fp += one.negatives;
    points.push({
      threshold: one.score,
      truePositiveRate: tp / positives,
      falsePositiveRate: fp / negatives,
    });
  }
  return points;
}

/**
 * The area under the ROC curve: the probability that a positive case scores higher than a negative one, ties counted half (the
 * Mann–Whitney U over the number of pairs). Source: Hanley JA, McNeil BJ, Radiology 1982;143:29.
 *
 * @returns 0 to 1, without unit; null where there is no positive or no negative case.
 */
export function auc(counts: readonly ScoredCounts[]): number | null {
  requireCounts(counts.flatMap(({ positives, negatives }) => [positives, negatives]));
  let [below, won, positives] = [0, 0, 0];
  for (const one of counts.toSorted((a, b) => a.score - b.score)) {
    won += one.positives * (below + one.negatives / 2);
    below += one.negatives;
    positives += one.positives;
  }
  return positives === 0 || below === 0 ? null : won / (positives * below);
}
