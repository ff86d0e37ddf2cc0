import { requireCounts } from './table.ts';

/** How many cases have one value; in any unit. */
export interface ValueCount {
  readonly value: number;
  readonly count: number;
}

/** Equal values together, the smallest first. */
export function valueCounts(values: readonly number[]): ValueCount[] {
  const counts = new Map<number, number>();
  for (const value of values) {
    if (Number.isNaN(value)) throw new RangeError('A value is not a number.');
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].map(([value, count]) => ({ value, count })).toSorted((a, b) => a.value - b.value);
}

function ordered(counts: readonly ValueCount[]): ValueCount[] {
  requireCounts(counts.map(({ count }) => count));
  return counts.filter(({ count }) => count > 0).toSorted((a, b) => a.value - b.value);
}

function total(counts: readonly ValueCount[]): number {
  return counts.reduce((sum, { count }) => sum + count, 0);
}

/**
 * The nine inner deciles, by linear interpolation between order statistics at (n − 1)·q (type 7 of Hyndman RJ, Fan Y, Am Stat 1996;50:361;
 * numpy's default), each once. Empty of no cases.
 */
export function deciles(counts: readonly ValueCount[]): number[] {
  const sorted = ordered(counts);
  const of = total(sorted);
  if (of === 0) return [];
  const valueAt = (rank: number): number => {
    let seen = 0;
    for (const { value, count } of sorted) {
      seen += count;
      if (rank < seen) return value;
    }
    return sorted.at(-1)?.value ?? Number.NaN;
  };
  const cuts = Array.from({ length: 9 }, (_, i) => {
    const place = ((of - 1) * (i + 1)) / 10;
    const low = Math.floor(place);
    const [a, b] = [valueAt(low), valueAt(Math.min(of - 1, low + 1))];
    return a + (b - a) * (place - low);
  });
  return [...new Set(cuts)];
}

/**
 * Population stability index of shares: Σ (aᵢ − eᵢ)·ln(aᵢ / eᵢ), without unit, 0 for the same shares. By custom below 0.1 is called stable, from
 * 0.25 on shifted. Source: Siddiqi N, Credit Risk Scorecards, Wiley 2006; it is the symmetrised Kullback–Leibler divergence (Jeffreys).
 *
 * So that an empty bin gives a finite number, each bin of both sides holds half a case more than was counted: share = (count + 0.5) / (n + bins / 2).
 *
 * @returns Null where either side has no case or there are no bins.
 */
export function stabilityIndex(reference: readonly number[], now: readonly number[]): number | null {
  if (reference.length !== now.length) throw new RangeError('Both sides need the same bins.');
  requireCounts([...reference, ...now]);
  const bins = reference.length;
  const sums = [reference, now].map((side) => side.reduce((sum, count) => sum + count, 0));
  const [before = 0, after = 0] = sums;
  if (before === 0 || after === 0) return null;
  const share = (count: number, of: number): number => (count + 0.5) / (of + bins / 2);
  return reference.reduce((sum, count, i) => {
    const [e, a] = [share(count, before), share(now[i] ?? 0, after)];
    return sum + (a - e) * Math.log(a / e);
  }, 0);
}

/**
 * Population stability index of a number: `stabilityIndex` over bins between the reference's deciles, (−∞, d₁], (d₁, d₂], …, (d₉, ∞). Deciles
 * that are equal make one cut, so that there may be fewer than ten bins.
 *
 * @returns Null where either side has no case.
 */
export function populationStability(
  reference: readonly ValueCount[],
  now: readonly ValueCount[],
): number | null {
  const cuts = deciles(reference);
  if (cuts.length === 0) return null;
  const inBins = (counts: readonly ValueCount[]): number[] => {
    const bins = Array.from({ length: cuts.length + 1 }, () => 0);
    for (const { value, count } of counts) {
      const found = cuts.findIndex((cut) => value <= cut);
      const bin = found === -1 ? cuts.length : found;
      bins[bin] = (bins[bin] ?? 0) + count;
    }
    return bins;
  };
  return stabilityIndex(inBins(reference), inBins(now));
}

export interface KolmogorovSmirnov {
  /** The largest distance of the two empirical distribution functions, 0 to 1. */
  readonly statistic: number;
  /** Asymptotic, two-sided. */
  readonly p: number;
}

/**
 * Two-sample Kolmogorov–Smirnov statistic, with the asymptotic two-sided p of Kolmogorov's limit distribution at √(nm/(n+m))·D, without a correction
 * for small samples or for ties (with ties, and of binned values, the true p is not smaller).
 * Sources: Smirnov NV, Ann Math Stat 1948;19:279; Massey FJ, J Am Stat Assoc 1951;46:68.
 *
 * @returns Null where either side has no case.
 */
export function kolmogorovSmirnov(
  reference: readonly ValueCount[],
  now: readonly ValueCount[],
): KolmogorovSmirnov | null {
  const [a, b] = [ordered(reference), ordered(now)];
  const [n, m] = [total(a), total(b)];
  if (n === 0 || m === 0) return null;
  let [i, j, seenA, seenB, statistic] = [0, 0, 0, 0, 0];
  while (i < a.length || j < b.length) {
    const value = Math.min(a[i]?.value ?? Number.POSITIVE_INFINITY, b[j]?.value ?? Number.POSITIVE_INFINITY);
    for (; a[i]?.value === value; i++) seenA += a[i]?.count ?? 0;
    for (; b[j]?.value === value; j++) seenB += b[j]?.count ?? 0;
    statistic = Math.max(statistic, Math.abs(seenA / n - seenB / m));
  }
  return { statistic, p: kolmogorovTail(Math.sqrt((n * m) / (n + m)) * statistic) };
}

/**
 * The upper tail of Kolmogorov's distribution, 2 Σ (−1)^(k−1) exp(−2k²x²); for small x, where that converges slowly, by the theta
 * transformation 1 − √(2π)/x Σ exp(−(2k−1)²π²/8x²).
 */
export function kolmogorovTail(x: number): number {
  if (x <= 0) return 1;
  if (x < 1) {
    let sum = 0;
    for (let k = 1; k <= 20; k++) sum += Math.exp(-(((2 * k - 1) * Math.PI) ** 2) / (8 * x * x));
    return 1 - (Math.sqrt(2 * Math.PI) / x) * sum;
  }
  let sum = 0;
  for (let k = 1; k <= 20; k++) sum += (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * x * x);
  return Math.min(1, Math.max(0, 2 * sum));
}

/**
 * The population stability index that chance alone exceeds in 1 of 100 comparisons of two samples from the same population: χ²₀.₉₉ with
 * bins − 1 degrees of freedom, times (1/n + 1/m). Source: Yurdakul B, Naranjo J, J Risk Model Valid 2020;14:89. The quantile of χ² by Wilson and
 * Hilferty (Proc Natl Acad Sci 1931;17:684), within 2 %.
 */
export function stabilityNoise(bins: number, n: number, m: number): number {
  const degrees = bins - 1;
  if (degrees < 1 || n === 0 || m === 0) return 0;
  const spread = 2 / (9 * degrees);
  return degrees * (1 - spread + 2.3263478740408408 * Math.sqrt(spread)) ** 3 * (1 / n + 1 / m);
}
