import { describe, expect, it } from 'vitest';
import {
  armOf,
  checkDesign,
  type DatedRead,
  nextStep,
  orderOf,
} from '../../../../electron/domain/reader-study/design.ts';
import { localise } from '../../../../electron/domain/reader-study/places.ts';
import { kappa, quantile, wilson } from '../../../../electron/domain/reader-study/measures.ts';
import { analyzeTrial } from '../../../../electron/domain/reader-study/analyze.ts';
import { simulateReads } from '../../../../electron/domain/reader-study/simulate.ts';
import { Refused } from '../../../../electron/shared/errors.ts';
import { type TrialDesign, trialDesignSchema } from '../../../../electron/shared/reader-study.ts';
import { twentyCases } from '../../../fixtures/reader-study/design.ts';

const design = trialDesignSchema.parse(twentyCases());

function refused(changes: Partial<TrialDesign>): string {
  try {
    checkDesign({ ...design, ...changes });
  } catch (thrown) {
    if (thrown instanceof Refused) return thrown.message;
    throw thrown;
  }
  return '';
}

describe('the design of a reader study', () => {
  it('gives each reader an order of their own for each session, the same for the same seed', () => {
    const order = orderOf(design, 'R1', 1);
    expect(order.toSorted()).toEqual(design.cases.map((one) => one.case));
    expect(orderOf(design, 'R1', 1)).toEqual(order);
    expect(orderOf(design, 'R1', 2)).not.toEqual(order);
    expect(orderOf(design, 'R2', 1)).not.toEqual(order);
    expect(orderOf({ ...design, seed: 8 }, 'R1', 1)).not.toEqual(order);
  });

  it('lets half of the readers begin with the AI, and each read in both arms', () => {
    const begins = design.readers.map(({ reader }) => armOf(design, reader, 1));
    expect(begins.filter((arm) => arm === 'with-ai')).toHaveLength(2);
    for (const { reader } of design.readers)
      expect(armOf(design, reader, 2)).not.toBe(armOf(design, reader, 1));
  });

  it('goes on with the first case that is not read, waits for the washout to the millisecond, and ends', () => {
    const first = orderOf(design, 'R1', 1);
    const reads = (session: 1 | 2, at: string, many = 20): DatedRead[] =>
      orderOf(design, 'R1', session)
        .slice(0, many)
        .map((name) => ({ reader: 'R1', case: name, session, at }));
    expect(
      nextStep(design, reads(1, '2026-01-01T10:00:00.000Z', 3), 'R1', '2026-01-01T10:00:00.000Z'),
    ).toEqual({
      kind: 'read',
      session: 1,
      position: 4,
      case: first[3],
      arm: armOf(design, 'R1', 1),
    });
    const done = reads(1, '2026-01-01T10:00:00.000Z');
    const until = '2026-01-29T10:00:00.000Z';
    expect(nextStep(design, done, 'R1', '2026-01-29T09:59:59.999Z')).toEqual({ kind: 'washout', until });
    expect(nextStep(design, done, 'R1', until)).toMatchObject({ kind: 'read', session: 2, position: 1 });
    expect(nextStep(design, [...done, ...reads(2, until)], 'R1', until)).toEqual({ kind: 'finished' });
    // Another reader's reads are no reads of this one.
    expect(nextStep(design, done, 'R2', until)).toMatchObject({ kind: 'read', session: 1, position: 1 });
  });

  it('refuses what the form cannot: names twice, one truth, lesions of normal cases and of some alone, weights', () => {
    const [normal, abnormal] = design.cases;
    if (normal === undefined || abnormal === undefined) throw new Error('no cases');
    expect(refused({})).toBe('');
    expect(refused({ cases: [...design.cases, normal] })).toContain('C01 is named twice');
    expect(refused({ cases: [normal] })).toContain('one truth');
    const { lesions } = abnormal;
    expect(refused({ cases: [{ ...normal, lesions: lesions ?? [] }, abnormal] })).toContain(
      'is normal and names',
    );
    const { lesions: _, ...without } = abnormal;
    expect(refused({ cases: [...design.cases, { ...without, case: 'X' }] })).toContain('1 of 11 abnormal');
    const heavy = { ...abnormal, lesions: lesions?.map((one) => ({ ...one, weight: 0.4 })) };
    expect(refused({ cases: [normal, heavy] })).toContain('sum to 1');
    expect(() =>
      trialDesignSchema.parse({ ...twentyCases(), cases: [{ case: 'Doe, Jane', truth: 'normal' }] }),
    ).toThrow('no code');
  });
});

describe('the figures of a reader study', () => {
  it('counts a mark on the lesion that it overlaps most, the highest of each, and what is nowhere as elsewhere', () => {
    const place = (x: number) => ({
      image: 'A',
      frame: 0,
      box: [x, 0, x + 10, 10] as [number, number, number, number],
    });
    const lesions = [
      { id: 'L1', ...place(0) },
      { id: 'L2', ...place(8) },
      { id: 'L3', ...place(100) },
    ];
    const marks = [
      { ...place(6), rating: 3 },
      { ...place(8), rating: 2 },
      { ...place(0), rating: 1 },
      { ...place(50), rating: 4 },
      { ...place(0), image: 'B', rating: 5 },
    ];
    expect(localise({ marks }, lesions)).toEqual({
      lesions: [1, 3, Number.NEGATIVE_INFINITY],
      elsewhere: [4, 5],
    });
  });

  it('knows Wilson, kappa and quantiles of worked examples', () => {
    // Newcombe (1998): 81 of 263 is 0.3080 with 0.2553 to 0.3662.
    const { low, high } = wilson(81, 263) ?? { low: 0, high: 0 };
    expect([low.toFixed(4), high.toFixed(4)]).toEqual(['0.2553', '0.3662']);
    expect(wilson(0, 0)).toBeNull();
    // 20 both yes, 15 both no, 5 and 10 apart: 0.4.
    const a = [...Array<boolean>(25).fill(true), ...Array<boolean>(25).fill(false)];
    const b = a.map((yes, at) => (yes ? at < 20 : at < 35));
    expect(kappa(a, b)).toBeCloseTo(0.4, 12);
    expect(kappa([true, true], [true, true])).toBeNull();
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
  });

  it('is of the cases that are read in both arms by all where a study is not finished, and null where it has none', () => {
    const reads = simulateReads(design, 3);
    const some = analyzeTrial(
      design,
      reads.filter((read) => read.case !== 'C02' || read.reader !== 'R3'),
      50,
    );
    expect(some.paired).toEqual({ normal: 10, abnormal: 9 });
    expect(some.readers.map(({ arms }) => arms['with-ai'].reads)).toEqual([20, 20, 19, 20]);
    const half = analyzeTrial(
      design,
      reads.filter(({ session }) => session === 1),
      50,
    );
    expect(half.paired).toEqual({ normal: 0, abnormal: 0 });
    expect(half.mean.differences).toEqual({ sensitivity: null, specificity: null, auc: null, wafroc: null });
    const cases = design.cases.map(({ lesions: _lesions, ...one }) => one);
    expect(analyzeTrial({ ...design, cases }, reads, 50).mean.arms['with-ai'].wafroc).toBeNull();
  });
});
