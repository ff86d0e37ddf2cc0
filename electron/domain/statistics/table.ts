/** Counts of two yes-or-no judgements of the same cases; whole numbers, no unit. */
export interface TwoByTwo {
  /** Test positive, reference positive. */
  readonly tp: number;
  /** Test positive, reference negative. */
  readonly fp: number;
  /** Test negative, reference positive. */
  readonly fn: number;
  /** Test negative, reference negative. */
  readonly tn: number;
}

/** A share of 0 to 1 with the ends of its 95 % interval, and the cases that it rests on. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly of: number;
}

/** The 97.5 % point of the standard normal distribution: Φ(z) = 0.975. */
export const Z95 = 1.959963984540054;

/** Threat: a negative or broken count, which every formula here would turn into a plausible number. */
export function requireCounts(counts: readonly number[]): void {
  if (counts.some((count) => !Number.isSafeInteger(count) || count < 0))
    throw new RangeError(`Not counts of cases: ${counts.join(', ')}`);
}
