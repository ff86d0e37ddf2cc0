import type { Interval, Proportion } from '../../shared/reader-study.ts';

/** 97.5 % point of the normal distribution. */
const Z = 1.959963984540054;

/** A share with its 95 % interval after Wilson (1927); null of nothing. */
export function wilson(count: number, of: number): Proportion | null {
  if (of === 0) return null;
  const share = count / of;
  const squared = Z ** 2;
  const centre = (share + squared / (2 * of)) / (1 + squared / of);
  const half = (Z / (1 + squared / of)) * Math.sqrt((share * (1 - share)) / of + squared / (4 * of ** 2));
  return { value: share, low: Math.max(0, centre - half), high: Math.min(1, centre + half), count, of };
}

/** 1 where the second rating is higher, a half where they are equal, 0 where it is lower. */
export function wins(normal: number, abnormal: number): number {
  if (normal === abnormal) return 0.5;
  return normal < abnormal ? 1 : 0;
}

/** Cohen's kappa (1960) of two lists of yes and no; null where chance alone would agree always, or of nothing. */
export function kappa(a: readonly boolean[], b: readonly boolean[]): number | null {
  const n = a.length;
  if (n === 0) return null;
  const same = a.filter((one, at) => one === b[at]).length / n;
  const [yesA, yesB] = [a.filter(Boolean).length / n, b.filter(Boolean).length / n];
  const chance = yesA * yesB + (1 - yesA) * (1 - yesB);
  return chance === 1 ? null : (same - chance) / (1 - chance);
}

/** Mean; null of nothing, and where one is null. */
export function mean(values: readonly (number | null)[]): number | null {
  if (values.length === 0 || values.includes(null)) return null;
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0) / values.length;
}

/** The value below which a share of sorted values lies, between neighbours in a straight line (type 7 of Hyndman and Fan). */
export function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(at)] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN];
  return below + (above - below) * (at - Math.floor(at));
}

/** A value with the middle 95 % of what resampling made of it. */
export function withInterval(value: number, resampled: readonly number[]): Interval {
  const sorted = resampled.toSorted((a, b) => a - b);
  return { value, low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
}
