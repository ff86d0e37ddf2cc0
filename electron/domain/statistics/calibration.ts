/** Equal-width bins of a probability. */
export const CALIBRATION_BINS = 10;

/** Cases whose probability lies in one bin. */
export interface CalibrationBin {
  /** Cases, whole. */
  readonly of: number;
  /** Sum of their probabilities, and of their outcomes (1 positive, 0 negative). */
  readonly sum: number;
  readonly positives: number;
  /** Sum of the squared differences of probability and outcome. */
  readonly squares: number;
}

/** Bin 0 is [0, 0.1), …, bin 9 is [0.9, 1]. @throws RangeError beyond 0 to 1. */
export function calibrationBin(probability: number): number {
  if (!(probability >= 0 && probability <= 1)) throw new RangeError(`${probability} is no probability.`);
  return Math.min(CALIBRATION_BINS - 1, Math.floor(probability * CALIBRATION_BINS));
}

/** Probabilities of 0 to 1 with what came of them, in ten bins. */
export function calibrationBins(
  probabilities: readonly number[],
  positive: readonly boolean[],
): CalibrationBin[] {
  if (probabilities.length !== positive.length)
    throw new RangeError('As many probabilities as answers are needed.');
  const bins = Array.from({ length: CALIBRATION_BINS }, () => ({ of: 0, sum: 0, positives: 0, squares: 0 }));
  probabilities.forEach((probability, i) => {
    const bin = bins[calibrationBin(probability)];
    if (bin === undefined) return;
    const outcome = positive[i] === true ? 1 : 0;
    bin.of += 1;
    bin.sum += probability;
    bin.positives += outcome;
    bin.squares += (probability - outcome) ** 2;
  });
  return bins;
}

/**
 * The Brier score: the mean squared difference of probability and outcome, 0 (perfect) to 1.
 * Source: Brier GW, Mon Weather Rev 1950;78:1, in the form for two classes. Null of no cases.
 */
export function brierScore(bins: readonly CalibrationBin[]): number | null {
  const of = bins.reduce((sum, bin) => sum + bin.of, 0);
  return of === 0 ? null : bins.reduce((sum, bin) => sum + bin.squares, 0) / of;
}

/**
 * Expected calibration error over ten equal-width bins: Σ (nᵦ / n) · |mean probability − share of positives|, 0 to 1. Empty bins weigh nothing.
 * Source: Pakdaman Naeini M, Cooper G, Hauskrecht M, AAAI 2015:2901. Null of no cases.
 */
export function expectedCalibrationError(bins: readonly CalibrationBin[]): number | null {
  const of = bins.reduce((sum, bin) => sum + bin.of, 0);
  if (of === 0) return null;
  return bins.reduce((sum, bin) => sum + Math.abs(bin.sum - bin.positives), 0) / of;
}
