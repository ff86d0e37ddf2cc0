import { type Estimate, requireCounts, type TwoByTwo, Z95 } from './table.ts';

/**
 * Wilson's score interval of a proportion, 95 %, without continuity correction: (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n).
 * Source: Wilson EB, J Am Stat Assoc 1927;22:209; recommended by Newcombe RG, Stat Med 1998;17:857.
 *
 * @returns Shares of 0 to 1; null of no cases.
 * @throws RangeError where these are no counts, or more successes than cases.
 */
export function wilson(successes: number, of: number): Estimate | null {
  requireCounts([successes, of]);
  if (successes > of) throw new RangeError(`${successes} of ${of}`);
  if (of === 0) return null;
  const value = successes / of;
  const z2 = Z95 ** 2;
  const centre = value + z2 / (2 * of);
  const reach = Z95 * Math.sqrt((value * (1 - value)) / of + z2 / (4 * of * of));
  const scale = 1 + z2 / of;
  return {
    value,
    // At the ends the formula gives them but for rounding.
    low: successes === 0 ? 0 : (centre - reach) / scale,
    high: successes === of ? 1 : (centre + reach) / scale,
    of,
  };
}

/** TP / (TP + FN): of the cases that the reference calls positive, the share that the test does; Wilson's interval. Null of none. */
export function sensitivity({ tp, fn }: TwoByTwo): Estimate | null {
  return wilson(tp, tp + fn);
}

/** TN / (TN + FP): of the cases that the reference calls negative, the share that the test does; Wilson's interval. Null of none. */
export function specificity({ tn, fp }: TwoByTwo): Estimate | null {
  return wilson(tn, tn + fp);
}

/** TP / (TP + FP), Wilson's interval; null of none. It depends on how frequent the finding is among these cases. */
export function positivePredictiveValue({ tp, fp }: TwoByTwo): Estimate | null {
  return wilson(tp, tp + fp);
}

/** TN / (TN + FN), Wilson's interval; null of none. It depends on how frequent the finding is among these cases. */
export function negativePredictiveValue({ tn, fn }: TwoByTwo): Estimate | null {
  return wilson(tn, tn + fn);
}

/** (TP + TN) / n: the share of cases in which both say the same, Wilson's interval; null of none. */
export function overallAgreement({ tp, fp, fn, tn }: TwoByTwo): Estimate | null {
  return wilson(tp + tn, tp + fp + fn + tn);
}

/**
 * Positive and negative specific agreement of two judges of whom neither is the reference: 2a / (2a + b + c) and 2d / (2d + b + c), shares of
 * 0 to 1; null where the denominator is 0. The positive one equals the Dice coefficient (F1).
 * Source: Cicchetti DV, Feinstein AR, J Clin Epidemiol 1990;43:551.
 */
export function specificAgreement({ tp, fp, fn, tn }: TwoByTwo): {
  positive: number | null;
  negative: number | null;
} {
  requireCounts([tp, fp, fn, tn]);
  const differ = fp + fn;
  return {
    positive: 2 * tp + differ === 0 ? null : (2 * tp) / (2 * tp + differ),
    negative: 2 * tn + differ === 0 ? null : (2 * tn) / (2 * tn + differ),
  };
}
