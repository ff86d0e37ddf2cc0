import { expect, test } from 'vitest';
import { kappa, wilson as ofStudy } from '../../../../electron/domain/reader-study/measures.ts';
import { kappaOf } from '../../../../electron/domain/statistics/kappa.ts';
import { wilson } from '../../../../electron/domain/statistics/proportions.ts';
import { auc, scoredCounts } from '../../../../electron/domain/statistics/roc.ts';
import { wins } from '../../../../electron/domain/reader-study/measures.ts';

/** ADR 38: the figures of a reader study and those of the ledger are computed apart, and must not differ. */
test('proportions, agreement and areas are those of the ledger', () => {
  for (const [count, of] of [
    [0, 7],
    [3, 9],
    [40, 41],
    [12, 12],
  ] as const) {
    const [a, b] = [ofStudy(count, of), wilson(count, of)];
    expect(a?.value).toBeCloseTo(b?.value ?? Number.NaN, 12);
    expect(a?.low).toBeCloseTo(b?.low ?? Number.NaN, 9);
    expect(a?.high).toBeCloseTo(b?.high ?? Number.NaN, 9);
  }
  const a = [true, true, false, false, true, false, true, true, false, false];
  const b = [true, false, false, false, true, true, true, true, false, true];
  const count = (x: boolean, y: boolean): number =>
    a.filter((one, index) => one === x && b[index] === y).length;
  const table = {
    tp: count(true, true),
    fp: count(false, true),
    fn: count(true, false),
    tn: count(false, false),
  };
  expect(kappa(a, b)).toBeCloseTo(kappaOf(table)?.value ?? Number.NaN, 12);
  const scores = [0.1, 0.4, 0.4, 0.8, 0.2, 0.4, 0.9, 0.3];
  const truth = [false, false, true, true, false, true, true, false];
  const normal = scores.filter((_score, index) => !truth[index]);
  const abnormal = scores.filter((_score, index) => truth[index]);
  const share = normal.flatMap((one) => abnormal.map((other) => wins(one, other)));
  const mean = share.reduce((sum, one) => sum + one, 0) / share.length;
  expect(mean).toBeCloseTo(auc(scoredCounts(scores, truth)) ?? Number.NaN, 12);
});
