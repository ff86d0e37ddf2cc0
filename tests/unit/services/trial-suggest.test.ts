import { describe, expect, it } from 'vitest';
import { type Candidate, chooseCases } from '../../../electron/domain/reader-study/suggest.ts';
import { AI_ERRORS } from '../../../electron/shared/training.ts';

const of = (ai: Candidate['ai'], truth: Candidate['truth'], many: number): Candidate[] =>
  Array.from({ length: many }, (_, at) => ({ study: `${ai}-${truth}-${at}`, ai, truth, lesions: [] }));
const many = [
  ...of('right', 'normal', 40),
  ...of('right', 'abnormal', 40),
  ...AI_ERRORS.flatMap((kind) => of(kind, kind === 'false-alarm' ? 'normal' : 'abnormal', 10)),
];

describe('cases for a training', () => {
  it('hold the share that was asked for, each kind of error, and both truths among the right ones; each study once', () => {
    const chosen = chooseCases(many, { cases: 20, disagree: 50, seed: 1 });
    expect(new Set(chosen.map(({ study }) => study)).size).toBe(20);
    for (const kind of AI_ERRORS) expect(chosen.filter(({ ai }) => ai === kind)).toHaveLength(2);
    const right = chosen.filter(({ ai }) => ai === 'right');
    expect(right.filter(({ truth }) => truth === 'normal')).toHaveLength(5);
    expect(right).toHaveLength(10);
  });

  it('are the same for the same seed, and do not fill one side up with the other', () => {
    const wanted = { cases: 20, disagree: 50, seed: 4 };
    expect(chooseCases(many, wanted)).toEqual(chooseCases(many, wanted));
    expect(chooseCases(many, { ...wanted, seed: 5 })).not.toEqual(chooseCases(many, wanted));
    const few = [...of('missed', 'abnormal', 3), ...of('right', 'normal', 40)];
    expect(chooseCases(few, wanted).filter(({ ai }) => ai === 'right')).toHaveLength(10);
    expect(chooseCases(few, wanted)).toHaveLength(13);
  });
});
