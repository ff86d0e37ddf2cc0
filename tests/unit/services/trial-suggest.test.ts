import { describe, expect, it } from 'vitest';
import { type Candidate, chooseCases } from '../../../electron/domain/reader-study/suggest.ts';
import { createTrial } from '../../../electron/services/trials.ts';
import { suggestTraining } from '../../../electron/services/trial-suggest.ts';
import { AI_ERRORS } from '../../../electron/shared/training.ts';
import { finish } from './ledger-world.ts';
import { readingWorld } from './reading-world.ts';

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

describe('a suggested training', () => {
  it('takes the reads as they stand for the truth, says what was passed over, and can be made as it is', () => {
    const world = readingWorld();
    const base = { score: 0.9, at: '2026-10-01T10:00:00.000Z', verdict: 'reject' } as const;
    finish(world, { ...base, uid: '1.2.3.101', ai: true, reader: true });
    finish(world, { ...base, uid: '1.2.3.102', ai: false, reader: true, score: 0.1 });
    finish(world, { ...base, uid: '1.2.3.103', ai: true, reader: false });
    finish(world, { ...base, uid: '1.2.3.104', ai: false, reader: false, score: 0.1 });
    // The reader took over what the model found and gave no place to.
    finish(world, { ...base, uid: '1.2.3.105', ai: true, reader: false, verdict: 'accept' });
    const found = suggestTraining(world, { name: 'Limits', cases: 4, disagree: 50, seed: 1, profiles: null });
    expect(found.available).toEqual({
      right: 2,
      missed: 1,
      'false-alarm': 1,
      'wrong-place': 0,
      'in-part': 0,
      abstained: 0,
    });
    expect(found.passedOver).toEqual({ 'finding-without-place': 1 });
    const truthOf = Object.fromEntries(found.design.cases.map(({ study, truth }) => [study, truth]));
    expect(truthOf).toEqual({
      '1.2.3.101': 'abnormal',
      '1.2.3.102': 'abnormal',
      '1.2.3.103': 'normal',
      '1.2.3.104': 'normal',
    });
    expect(found.design.cases.every(({ case: code }) => /^K00[1-4]$/.test(code))).toBe(true);
    expect(createTrial(world, found.design).design.purpose).toBe('training');
  });
});
