import { judge, judgeAi, outcomeOf, saidBy, saidByAi } from '../domain/reader-study/training.ts';
import { countRun } from '../domain/reader-study/training-summary.ts';
import { Refused } from '../shared/errors.ts';
import type { TrialCase, TrialDesign } from '../shared/reader-study.ts';
import type { AiSaid, TrainingFeedback, TrainingSummary } from '../shared/training.ts';
import type { ReadingParts } from './reading-parts.ts';
import { findTraining, openRun, runLine, runsOf, type RunState } from './training-state.ts';

/**
 * The truth of one case of a run, what its reader said first and last, and what the AI said: after the last word on the case is locked, to the
 * reader whose run it is. While a run is open, of it alone: another could tell of a case that is still to be read.
 *
 * @throws Refused `training-unknown`, `training-run-unknown`, `training-not-told` before the last word, `training-open`.
 */
export function trainingFeedback(
  { store, packs }: Pick<ReadingParts, 'store' | 'packs'>,
  readerId: string,
  trialId: string,
  run: number,
  position: number,
): TrainingFeedback {
  const { trial, state } = toldRun(store, readerId, trialId, run);
  const { id, design } = trial;
  const name = state.start.content.order[position - 1] ?? '';
  const one = design.cases.find((known) => known.case === name);
  const final = state.finals.get(name);
  const blind = state.blinds.get(name);
  if (one?.study === undefined || final === undefined || blind === undefined) {
    throw new Refused(
      'training-not-told',
      'The truth of a case is told after your last word on it is locked.',
    );
  }
  const installed = new Map(packs().map((pack) => [pack.id, pack.limits]));
  return {
    id,
    name: design.name,
    run,
    position,
    of: state.start.content.order.length,
    scale: design.scale,
    study: one.study,
    present: store.studies.has(one.study),
    truth: one.truth,
    lesions: one.truth === 'normal' ? [] : (one.lesions ?? null),
    blind,
    final: final.opinion,
    ai: final.ai,
    ...judged(design, one, state, final.ai),
    limits: final.ai.models
      .filter(({ status, looked }) => status === 'completed' && looked)
      .map(({ id: modelId }) => ({ modelId, words: installed.get(modelId) ?? [] })),
  };
}

/**
 * A run for its reader: how the AI erred, and what the reader made of it.
 *
 * @throws Refused `training-unknown`, `training-run-unknown`, `training-open`.
 */
export function trainingSummary(
  { store }: Pick<ReadingParts, 'store'>,
  readerId: string,
  trialId: string,
  run: number,
): TrainingSummary {
  const { trial, state } = toldRun(store, readerId, trialId, run);
  const { id, design } = trial;
  const known = new Map(design.cases.map((one) => [one.case, one]));
  const cases = state.start.content.order.flatMap((name, at) => {
    const [one, final] = [known.get(name), state.finals.get(name)];
    if (one === undefined || final === undefined) return [];
    const said = judged(design, one, state, final.ai);
    return [{ position: at + 1, truth: one.truth, ...said, again: said.judged.final !== 'right' }];
  });
  return { id, name: design.name, run: runLine(state), ...countRun(cases), cases };
}

function judged(
  design: TrialDesign,
  one: TrialCase,
  { blinds, finals }: RunState,
  said: AiSaid,
): Pick<TrainingFeedback, 'judged' | 'outcome'> {
  const nothing = { rating: 0, marks: [] };
  const blind = saidBy(design, blinds.get(one.case) ?? nothing);
  const final = saidBy(design, finals.get(one.case)?.opinion ?? nothing);
  const ai = saidByAi(said);
  return {
    judged: { blind: judge(one, blind), final: judge(one, final), ai: judgeAi(one, ai) },
    outcome: outcomeOf(one, blind, final, ai),
  };
}

function toldRun(store: ReadingParts['store'], readerId: string, trialId: string, run: number) {
  const { trial, reader } = findTraining(store, trialId, readerId);
  const state = runsOf(store, trialId, reader).find(({ start }) => start.run === run);
  if (state === undefined) {
    throw new Refused('training-run-unknown', `You have no run ${run} of this training.`, { trialId, run });
  }
  const open = openRun(store, readerId);
  if (open !== undefined && (open.trial.id !== trialId || open.state.start.run !== run)) {
    throw new Refused(
      'training-open',
      `Earlier runs are closed while your run of '${open.trial.design.name}' is open: they would tell of cases that are still to be read. Finish or end it first.`,
    );
  }
  return { trial, state };
}
