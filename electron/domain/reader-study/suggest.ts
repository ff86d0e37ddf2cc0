import type { TrialCase } from '../../shared/reader-study.ts';
import { AI_ERRORS, type AiJudgement } from '../../shared/training.ts';
import { randomOf, shuffled } from './random.ts';

/** A study that could be a case, with what is taken for its truth, and how the AI stands to it. */
export interface Candidate extends Pick<TrialCase, 'truth' | 'lesions'> {
  readonly study: string;
  readonly ai: AiJudgement;
}

export interface Wanted {
  readonly cases: number;
  /** Of the cases, in percent: those in which the AI is not right. */
  readonly disagree: number;
  readonly seed: number;
}

/**
 * Chooses cases for a training: the share in which the AI is not right, its kinds of error in turn, then such in which it is right, normal and
 * abnormal in turn. Where there are too few of one side the other does not fill up: the shares are what was asked for, or less.
 */
export function chooseCases(
  candidates: readonly Candidate[],
  { cases, disagree, seed }: Wanted,
): Candidate[] {
  const random = randomOf(`${seed}/suggest`);
  const mixed = shuffled(candidates, random);
  const wrong = Math.round((cases * disagree) / 100);
  const errors = inTurn(
    AI_ERRORS.map((kind) => mixed.filter(({ ai }) => ai === kind)),
    wrong,
  );
  const right = inTurn(
    (['normal', 'abnormal'] as const).map((truth) =>
      mixed.filter((one) => one.ai === 'right' && one.truth === truth),
    ),
    cases - wrong,
  );
  // Not by kind: the order of a design must say nothing.
  return shuffled([...errors, ...right], random);
}

function inTurn<T>(groups: readonly (readonly T[])[], most: number): T[] {
  const longest = Math.max(0, ...groups.map(({ length }) => length));
  const taken = Array.from({ length: longest }, (_, at) =>
    groups.flatMap((group) => group.slice(at, at + 1)),
  );
  return taken.flat().slice(0, most);
}
