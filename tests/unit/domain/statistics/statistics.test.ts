import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  brierScore,
  calibrationBins,
  expectedCalibrationError,
} from '../../../../electron/domain/statistics/calibration.ts';
import {
  deciles,
  kolmogorovSmirnov,
  kolmogorovTail,
  populationStability,
  stabilityIndex,
  valueCounts,
} from '../../../../electron/domain/statistics/drift.ts';
import { cohenKappa, kappaOf } from '../../../../electron/domain/statistics/kappa.ts';
import {
  overallAgreement,
  sensitivity,
  specificAgreement,
  specificity,
  wilson,
} from '../../../../electron/domain/statistics/proportions.ts';
import { auc, rocPoints, scoredCounts } from '../../../../electron/domain/statistics/roc.ts';
import { findPython } from '../../../fixtures/python.ts';
import { type StatisticsCase, statisticsCases } from './cases.ts';

const SCRIPT = join(import.meta.dirname, 'reference.py');

interface Answer {
  table: { tp: number; fp: number; fn: number; tn: number };
  sensitivity: number[];
  specificity: number[];
  kappa: number;
  kappaSe: number;
  kappaMany: number;
  kappaManySe: number;
  auc: number;
  roc: [number, number, number | null][];
  brier: number;
  ece: number;
  psi: number;
  ks: number;
  ksP: number;
}
interface Reference {
  made: string;
  answers: Answer[];
}

function ours(one: StatisticsCase): Answer {
  const yes = one.truth.map((y) => y === 1);
  const table = { tp: 0, fp: 0, fn: 0, tn: 0 };
  one.score.forEach((score, i) => {
    const called = score >= one.threshold;
    table[called ? (yes[i] ? 'tp' : 'fp') : yes[i] ? 'fn' : 'tn'] += 1;
  });
  const grades = Array.from({ length: 4 }, () => [0, 0, 0, 0]);
  one.grades.forEach((grade, i) => {
    const row = grades[grade] ?? [];
    row[one.second[i] ?? 0] = (row[one.second[i] ?? 0] ?? 0) + 1;
  });
  const scored = scoredCounts(one.score, yes);
  const bins = calibrationBins(one.score, yes);
  const [then, now] = [valueCounts(one.score), valueCounts(one.now)];
  const three = (e: { value: number; low: number; high: number } | null): number[] =>
    e === null ? [] : [e.value, e.low, e.high];
  const many = cohenKappa(grades);
  const kappa = kappaOf(table);
  const ks = kolmogorovSmirnov(then, now);
  return {
    table,
    sensitivity: three(sensitivity(table)),
    specificity: three(specificity(table)),
    kappa: kappa?.value ?? Number.NaN,
    kappaSe: kappa?.se ?? Number.NaN,
    kappaMany: many?.value ?? Number.NaN,
    kappaManySe: many?.se ?? Number.NaN,
    auc: auc(scored) ?? Number.NaN,
    roc: (rocPoints(scored) ?? []).map(({ falsePositiveRate, truePositiveRate, threshold }) => [
      falsePositiveRate,
      truePositiveRate,
      Number.isFinite(threshold) ? threshold : null,
    ]),
    brier: brierScore(bins) ?? Number.NaN,
    ece: expectedCalibrationError(bins) ?? Number.NaN,
    psi: populationStability(then, now) ?? Number.NaN,
    ks: ks?.statistic ?? Number.NaN,
    ksP: ks?.p ?? Number.NaN,
  };
}

/** Every number of both, in the same places, within 1e-9. */
function expectSame(given: unknown, wanted: unknown, where: string): void {
  if (typeof wanted === 'number' && typeof given === 'number') {
    expect(Math.abs(given - wanted), `${where}: ${given} beside ${wanted}`).toBeLessThanOrEqual(1e-9);
  } else if (wanted !== null && typeof wanted === 'object') {
    expect(Object.keys(given as object).toSorted(), where).toEqual(Object.keys(wanted).toSorted());
    for (const [key, value] of Object.entries(wanted))
      expectSame((given as Record<string, unknown>)[key], value, `${where}.${key}`);
  } else expect(given, where).toBe(wanted);
}

function expectAll({ answers }: Reference): void {
  const cases = statisticsCases();
  expect(answers).toHaveLength(cases.length);
  cases.forEach((one, i) => expectSame(ours(one), answers[i], `case ${i}`));
}

describe('statistics beside scikit-learn and scipy', () => {
  test('equal to the stored figures to 1e-9', () => {
    const stored = JSON.parse(readFileSync(join(import.meta.dirname, 'reference.json'), 'utf8')) as Reference;
    expect(stored.made).toMatch(/scikit-learn .* scipy/);
    expectAll(stored);
  });

  const python = findPython(['sklearn', 'scipy', 'numpy']);
  test.skipIf(python === null)(
    `equal to what they give now to 1e-9${python === null ? ' (skipped: no Python here has scikit-learn and scipy; OVERREAD_PYTHON names one)' : ''}`,
    () => {
      const text = execFileSync(python ?? '', [SCRIPT], {
        input: JSON.stringify(statisticsCases()),
        encoding: 'utf8',
        maxBuffer: 1 << 28,
      });
      expectAll(JSON.parse(text) as Reference);
    },
    60_000,
  );
});

describe('what has no answer is null', () => {
  test('of no cases', () => {
    const none = { tp: 0, fp: 0, fn: 0, tn: 0 };
    expect(wilson(0, 0)).toBeNull();
    expect(sensitivity(none)).toBeNull();
    expect(overallAgreement(none)).toBeNull();
    expect(kappaOf(none)).toBeNull();
    expect(specificAgreement(none)).toEqual({ positive: null, negative: null });
    expect(auc([])).toBeNull();
    expect(brierScore([])).toBeNull();
    expect(expectedCalibrationError([])).toBeNull();
    expect(populationStability([], valueCounts([1]))).toBeNull();
    expect(kolmogorovSmirnov(valueCounts([1]), [])).toBeNull();
  });

  test('of one class or one category alone', () => {
    expect(auc(scoredCounts([0.1, 0.2], [true, true]))).toBeNull();
    expect(rocPoints(scoredCounts([0.1, 0.2], [false, false]))).toBeNull();
    expect(kappaOf({ tp: 0, fp: 0, fn: 0, tn: 50 })).toBeNull();
  });

  test('what is no count is refused', () => {
    expect(() => wilson(3, 2)).toThrow(RangeError);
    expect(() => kappaOf({ tp: -1, fp: 0, fn: 0, tn: 2 })).toThrow(RangeError);
    expect(() => cohenKappa([[1, 2]])).toThrow(RangeError);
    expect(() => calibrationBins([1.2], [true])).toThrow(RangeError);
    expect(() => scoredCounts([Number.NaN], [true])).toThrow(RangeError);
  });
});

describe('by hand', () => {
  test('positive and negative agreement', () => {
    expect(specificAgreement({ tp: 40, fp: 10, fn: 10, tn: 140 })).toEqual({
      positive: 0.8,
      negative: 280 / 300,
    });
  });

  test('Wilson stays inside 0 to 1 and reaches the ends', () => {
    expect(wilson(0, 10)).toMatchObject({ value: 0, low: 0 });
    expect(wilson(10, 10)).toMatchObject({ value: 1, high: 1 });
    expect(wilson(10, 10)?.low).toBeGreaterThan(0.7);
  });

  test('an empty bin gives a finite stability index, equal shares none', () => {
    expect(stabilityIndex([10, 20, 0], [10, 20, 0])).toBe(0);
    const shifted = stabilityIndex([30, 0], [0, 30]) ?? Number.NaN;
    expect(shifted).toBeCloseTo(2 * (30 / 31) * Math.log(61), 12);
  });

  test('deciles that are equal make one cut; all values at one place make one bin', () => {
    expect(deciles(valueCounts([2, 2, 2, 2]))).toEqual([2]);
    expect(populationStability(valueCounts([2, 2]), valueCounts([2, 2]))).toBeCloseTo(0, 12);
  });

  test("Kolmogorov's tail joins its two series, and is known at a table's points", () => {
    expect(kolmogorovTail(1 - 1e-12)).toBeCloseTo(kolmogorovTail(1), 10);
    expect(kolmogorovTail(1.3580986)).toBeCloseTo(0.05, 6);
    expect(kolmogorovTail(0)).toBe(1);
  });
});
