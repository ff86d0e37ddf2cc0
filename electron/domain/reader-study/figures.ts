import type { Figure, TrialDesign, TrialRead } from '../../shared/reader-study.ts';
import { hasLesions, lesionWeights } from './design.ts';
import { wins } from './measures.ts';
import { localise } from './places.ts';

/** Reads of one reader in one arm, as what each figure is a mean of: a value a case, or one a pair of a normal and an abnormal case. */
export interface Kernels {
  readonly normal: number;
  readonly abnormal: number;
  /** 1 where an abnormal case was called so. */
  readonly sensitivity: readonly number[];
  /** 1 where a normal case was called so. */
  readonly specificity: readonly number[];
  /** A row a normal case, a column an abnormal one. */
  readonly auc: readonly (readonly number[])[];
  /** As `auc`: the weighted share of the lesions rated above the normal case's highest mark. Null without lesions in the truth. */
  readonly wafroc: readonly (readonly number[])[] | null;
}

/** Cases by their truth, in the design's order. */
export interface Split {
  readonly normal: readonly string[];
  readonly abnormal: readonly string[];
}

/** Those of the named cases. */
export function splitOf({ cases }: TrialDesign, names: ReadonlySet<string>): Split {
  const of = (wanted: string): string[] =>
    cases.filter((one) => one.truth === wanted && names.has(one.case)).map((one) => one.case);
  return { normal: of('normal'), abnormal: of('abnormal') };
}

/** @param reads One a case of the split. */
export function kernelsOf(design: TrialDesign, reads: ReadonlyMap<string, TrialRead>, split: Split): Kernels {
  const known = new Map(design.cases.map((one) => [one.case, one]));
  const opinion = (name: string) => reads.get(name)?.final ?? { rating: 0, marks: [] };
  const called = (name: string): boolean => opinion(name).rating >= design.scale.positiveFrom;
  const highest = split.normal.map((name) =>
    Math.max(Number.NEGATIVE_INFINITY, ...opinion(name).marks.map(({ rating }) => rating)),
  );
  const hits = split.abnormal.map((name) => {
    const one = known.get(name);
    if (one?.lesions === undefined) return [];
    const weights = lesionWeights(one);
    const { lesions } = localise(opinion(name), one.lesions);
    return lesions.map((rating, at) => ({ rating, weight: weights[at] ?? 0 }));
  });
  return {
    normal: split.normal.length,
    abnormal: split.abnormal.length,
    sensitivity: split.abnormal.map((name) => (called(name) ? 1 : 0)),
    specificity: split.normal.map((name) => (called(name) ? 0 : 1)),
    auc: split.normal.map((normal) =>
      split.abnormal.map((abnormal) => wins(opinion(normal).rating, opinion(abnormal).rating)),
    ),
    wafroc: hasLesions(design)
      ? highest.map((normal) =>
          hits.map((lesions) =>
            lesions.reduce((sum, { rating, weight }) => sum + weight * wins(normal, rating), 0),
          ),
        )
      : null,
  };
}

/** How often each case counts; all once where nothing was resampled. */
export interface Counts {
  readonly normal: readonly number[];
  readonly abnormal: readonly number[];
}

/** All once. */
export function eachOnce({ normal, abnormal }: Kernels): Counts {
  return {
    normal: Array.from({ length: normal }, () => 1),
    abnormal: Array.from({ length: abnormal }, () => 1),
  };
}

/** A figure of cases that count so often; null where there is no case that it is about. */
export function figureOf(kernels: Kernels, figure: Figure, counts: Counts): number | null {
  switch (figure) {
    case 'sensitivity':
      return meanOf(kernels.sensitivity, counts.abnormal, kernels.abnormal);
    case 'specificity':
      return meanOf(kernels.specificity, counts.normal, kernels.normal);
    case 'auc':
      return meanOfPairs(kernels.auc, counts, kernels);
    case 'wafroc':
      return kernels.wafroc === null ? null : meanOfPairs(kernels.wafroc, counts, kernels);
  }
}

function meanOf(values: readonly number[], counts: readonly number[], n: number): number | null {
  if (n === 0) return null;
  return values.reduce((sum, value, at) => sum + value * (counts[at] ?? 0), 0) / n;
}

function meanOfPairs(
  rows: readonly (readonly number[])[],
  counts: Counts,
  { normal, abnormal }: Kernels,
): number | null {
  if (normal === 0 || abnormal === 0) return null;
  let sum = 0;
  rows.forEach((row, at) => {
    const times = counts.normal[at] ?? 0;
    if (times === 0) return;
    let inRow = 0;
    for (let column = 0; column < abnormal; column += 1) {
      inRow += (row[column] ?? 0) * (counts.abnormal[column] ?? 0);
    }
    sum += times * inRow;
  });
  return sum / (normal * abnormal);
}
