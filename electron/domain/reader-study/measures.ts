import type { Interval, Proportion } from '../../shared/reader-study.ts';
import { kappaOf } from '../statistics/kappa.ts';
import { wilson as wilsonOf } from '../statistics/proportions.ts';

/** A share with its 95 % interval, and what it is a share of; null of nothing. The formula is the ledger's. */
export function wilson(count: number, of: number): Proportion | null {
  const estimate = wilsonOf(count, of);
  return estimate === null ? null : { ...estimate, count };
}

/** 1 where the second rating is higher, a half where they are equal, 0 where it is lower. */
export function wins(normal: number, abnormal: number): number {
  if (normal === abnormal) return 0.5;
  return normal < abnormal ? 1 : 0;
}

/** Cohen's kappa (1960) of two lists of yes and no; null where chance alone would agree always, or of nothing. */
export function kappa(a: readonly boolean[], b: readonly boolean[]): number | null {
  const count = (one: boolean, other: boolean): number =>
    a.filter((value, at) => value === one && b[at] === other).length;
  const table = {
    tp: count(true, true),
    fp: count(false, true),
    fn: count(true, false),
    tn: count(false, false),
  };
  return kappaOf(table)?.value ?? null;
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
