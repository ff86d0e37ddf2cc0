import { expect, test } from 'vitest';
import { figuresOf, sumCounts } from '../../../../electron/domain/ledger/figures.ts';
import { tellableStrata } from '../../../../electron/domain/ledger/strata.ts';
import { besideTotal, monthBefore, wholeBlocks } from '../../../../electron/domain/ledger/tellable.ts';
import type { Stratum } from '../../../../electron/shared/ledger-ports.ts';
import { Random } from '../../../fuzz/random.ts';

const sizes = (cases: number[], minimum: number): number[][] =>
  wholeBlocks(
    cases.map((count) => ({ cases: count })),
    minimum,
  ).map(({ rows }) => rows.map((row) => row.cases));

test('months are joined until they have enough cases; what is left at the end is not told', () => {
  expect(sizes([4, 3, 5, 12, 2, 7], 10)).toEqual([[4, 3, 5], [12]]);
  expect(sizes([4, 3, 5, 12, 2, 7, 1], 10)).toEqual([[4, 3, 5], [12], [2, 7, 1]]);
  expect(sizes([1, 2], 10)).toEqual([]);
  expect(sizes([1, 0, 2], 1)).toEqual([[1], [0, 2]]);
});

test('whatever comes later, a block that was told stays, and two periods differ by whole blocks', () => {
  const random = new Random(3);
  for (let round = 0; round < 200; round++) {
    const months = Array.from({ length: 1 + random.below(30) }, () => random.below(14));
    const now = sizes(months, 10);
    for (let end = 0; end < months.length; end++) {
      const then = sizes(months.slice(0, end), 10);
      expect(now.slice(0, then.length)).toEqual(then);
      const difference = now.flat().length - then.flat().length;
      const sum = now
        .slice(then.length)
        .flat()
        .reduce((all, one) => all + one, 0);
      if (difference > 0) expect(sum).toBeGreaterThanOrEqual(10);
    }
  }
});

test('a group that is too small cannot be had by taking the others from the total', () => {
  const groups = [50, 20, 12, 4].map((cases) => ({ cases }));
  // 4 are too few, so the 12 are left out with them.
  expect(besideTotal(groups, 86, 10)).toEqual({ told: [{ cases: 50 }, { cases: 20 }], rest: 16 });
  expect(besideTotal([{ cases: 50 }, { cases: 20 }], 70, 10)).toEqual({
    told: [{ cases: 50 }, { cases: 20 }],
    rest: 0,
  });
  expect(besideTotal([{ cases: 15 }, { cases: 3 }], 18, 10)).toEqual({ told: [], rest: 18 });
});

test('no figure of fewer cases than the minimum, by its own denominator', () => {
  const counts = { ...sumCounts([]), cases: 40, tp: 2, fn: 1, tn: 30, fp: 7 };
  const figures = figuresOf(counts, 10);
  expect(figures).toMatchObject({ positives: null, sensitivity: null, kappa: null, positiveAgreement: null });
  expect(figures?.specificity).toMatchObject({ value: 30 / 37, of: 37 });
  expect(figures?.blind).toBeNull();
  expect(figures?.judged).toBeNull();
  expect(figuresOf({ ...counts, cases: 9 }, 10)).toBeNull();
  // The figures hold nothing that the missing counts could be taken from.
  expect(JSON.stringify(figures)).not.toMatch(/"tp"|"fn"/);
});

test('groups that are too small are told more coarsely, and what is too small even so is left out', () => {
  const stratum = (changes: Partial<Stratum>): Stratum => ({
    modelId: 'm',
    version: '1.0.0',
    label: 'L',
    month: '2026-01',
    modality: 'DX',
    bodyPart: 'CHEST',
    manufacturer: 'A',
    scannerModel: 'X',
    software: '1',
    sex: 'F',
    ageGroup: '40-49',
    outcome: 'tp',
    cases: 1,
    ...changes,
  });
  const strata = [
    stratum({ cases: 9 }),
    stratum({ cases: 3, outcome: 'tn' }),
    stratum({ cases: 6, ageGroup: '50-59' }),
    stratum({ cases: 5, ageGroup: '60-69', outcome: 'fp' }),
    stratum({ cases: 4, modality: 'CT' }),
  ];
  const { told, withheld } = tellableStrata(strata, 10);
  expect(withheld).toBe(4);
  expect(told.map(({ ageGroup, outcome, cases }) => [ageGroup, outcome, cases])).toEqual([
    ['40-49', 'tp', 9],
    ['40-49', 'tn', 3],
    ['', 'tp', 6],
    ['', 'fp', 5],
  ]);
});

test('the month before', () => {
  expect([monthBefore('2027-01'), monthBefore('2026-11')]).toEqual(['2026-12', '2026-10']);
});
