import { describe, expect, it } from 'vitest';
import {
  judge,
  outcomeOf,
  runOrder,
  type Said,
  saidBy,
  saidByAi,
} from '../../../../electron/domain/reader-study/training.ts';
import { trialDesignSchema, type TrialCase } from '../../../../electron/shared/reader-study.ts';
import { twentyCases } from '../../../fixtures/reader-study/design.ts';

const box = (x: number) => ({
  image: 'I',
  frame: 0,
  box: [x, 0, x + 20, 20] as [number, number, number, number],
});
const [A, B, ASTRAY, OTHER] = [box(0), box(100), box(300), box(500)];
const normal: TrialCase = { case: 'N', truth: 'normal' };
const one: TrialCase = { case: 'A', truth: 'abnormal', lesions: [{ id: 'L1', ...A }] };
const two: TrialCase = {
  case: 'T',
  truth: 'abnormal',
  lesions: [
    { id: 'L1', ...A },
    { id: 'L2', ...B },
  ],
};
const placeless: TrialCase = { case: 'P', truth: 'abnormal' };
const no: Said = { abnormal: false, places: [] };
const yes = (...places: Said['places']): Said => ({ abnormal: true, places });

describe('what somebody said of a case', () => {
  it.each([
    ['right', normal, no],
    ['false-alarm', normal, yes(ASTRAY)],
    ['missed', one, no],
    // A mark without a call is no call.
    ['missed', one, { abnormal: false, places: [A] }],
    ['right', one, yes(A)],
    ['right', one, yes()],
    ['wrong-place', one, yes(ASTRAY)],
    ['in-part', one, yes(A, ASTRAY)],
    ['in-part', two, yes(A)],
    ['right', two, yes(B, A)],
    ['right', placeless, yes(ASTRAY)],
    ['missed', placeless, no],
  ] as const)('is %s', (expected, of, said) => {
    expect(judge(of, said)).toBe(expected);
  });

  it('takes marks from the positive ratings on alone, and no model that did not look', () => {
    const scale = { max: 4, positiveFrom: 2 };
    const opinion = {
      rating: 2,
      marks: [
        { ...A, rating: 1 },
        { ...B, rating: 2 },
      ],
    };
    expect(saidBy({ scale }, opinion).places).toHaveLength(1);
    const model = { id: 'm', version: '1', reason: null, recordId: null, words: [] };
    const finding = { modelId: 'm', words: 'x', score: 1, ...A };
    expect(saidByAi({ models: [{ ...model, status: 'abstained', looked: false }], findings: [] })).toBeNull();
    expect(saidByAi({ models: [{ ...model, status: 'completed', looked: true }], findings: [] })).toEqual(no);
    expect(
      saidByAi({
        models: [{ ...model, status: 'completed', looked: true }],
        findings: [{ ...finding, box: null }],
      }),
    ).toEqual(yes());
  });
});

describe('which kind a case was', () => {
  it.each([
    ['agreed', one, yes(A), yes(A), yes(A)],
    ['followed', one, no, yes(A), yes(A)],
    ['not-followed', one, no, no, yes(A)],
    ['not-followed', normal, no, yes(ASTRAY), no],
    ['resisted', normal, no, no, yes(ASTRAY)],
    // It erred before, and saw it in the end.
    ['resisted', normal, yes(ASTRAY), no, yes(ASTRAY)],
    ['over-relied', normal, no, yes(ASTRAY), yes(ASTRAY)],
    ['over-relied', normal, no, yes(), yes(ASTRAY)],
    ['over-relied', one, yes(A), no, no],
    ['erred-alike', one, no, no, no],
    ['both-wrong', normal, no, yes(OTHER), yes(ASTRAY)],
    ['both-wrong', one, yes(A), yes(OTHER), no],
    // The AI marks the wrong place; to call the case normal is not its error.
    ['both-wrong', one, yes(A), no, yes(ASTRAY)],
    ['over-relied', one, yes(A), yes(ASTRAY), yes(ASTRAY)],
    // The second lesion, left out by both.
    ['over-relied', two, yes(A, B), yes(A), yes(A)],
    ['erred-alike', two, yes(A), yes(A), yes(A)],
    ['both-wrong', two, yes(A, B), yes(B), yes(A)],
    ['resisted', two, yes(A), yes(A, B), yes(A)],
    ['over-relied', one, yes(A), yes(A, ASTRAY), yes(A, ASTRAY)],
    ['over-relied', placeless, yes(), no, no],
    ['alone-right', normal, no, no, null],
    ['alone-wrong', one, no, no, null],
  ] as const)('%s', (expected, of, blind, last, ai) => {
    expect(outcomeOf(of, blind, last, ai)).toBe(expected);
  });
});

describe('the order of a run', () => {
  it('holds every case, is the same for the same seed, and another for another run', () => {
    const design = trialDesignSchema.parse(twentyCases());
    const names = design.cases.map((of) => of.case);
    const order = runOrder(design, names, 'R1', 1);
    expect(order.toSorted()).toEqual(names);
    expect(runOrder(design, names, 'R1', 1)).toEqual(order);
    expect(runOrder(design, names, 'R1', 2)).not.toEqual(order);
  });
});
