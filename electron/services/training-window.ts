import { runOrder } from '../domain/reader-study/training.ts';
import { Refused } from '../shared/errors.ts';
import type { Store } from '../shared/ports.ts';
import type { Comparison } from '../shared/read.ts';
import type { GivenOpinion, TrialDesign } from '../shared/reader-study.ts';
import type { AiSaid, MyTraining, TrainingStep } from '../shared/training.ts';
import type { ReadingParts } from './reading-parts.ts';
import { buildComparison } from './reveal-comparison-build.ts';
import { findTraining, myTraining, nextCase, openRun, runsOf, traineeOf } from './training-state.ts';
import { readBeside } from './trial-ai.ts';
import { unfinishedStudies } from './trial-part.ts';
import { checkPhase } from './trial-window.ts';
import { checkRatings } from './trials.ts';

type Parts = Pick<ReadingParts, 'store' | 'clock'>;

/** The trainings in which this reader has a part, the newest first: the own runs, and nothing of anybody else. */
export function myTrainings({ store }: Pick<ReadingParts, 'store'>, readerId: string): MyTraining[] {
  return store.trials.every().flatMap((trial) => {
    const reader = traineeOf(trial.design, readerId);
    return reader === undefined ? [] : [myTraining(store, trial, reader, readerId)];
  });
}

/**
 * Begins a run, in an order of its own. Cases that the reader knows from ordinary reading, or is still to read in a reader study, are left out.
 *
 * @throws Refused `training-unknown`; `training-open` where a run is open, of this training or another; `training-empty` where no case is left.
 */
export function startTraining({ store, clock }: Parts, readerId: string, trialId: string): MyTraining {
  return store.transaction(() => {
    const { trial, reader } = findTraining(store, trialId, readerId);
    const open = openRun(store, readerId);
    if (open !== undefined) {
      throw new Refused(
        'training-open',
        `Your run of the training '${open.trial.design.name}' is open. Finish or end it first: it stands above the worklist.`,
      );
    }
    const run = runsOf(store, trialId, reader).length + 1;
    const names = trial.design.cases.map((one) => one.case);
    const leftOut = knownCases(store, trial.design, readerId);
    const left = names.filter((name) => !leftOut.includes(name));
    if (left.length === 0) {
      throw new Refused(
        'training-empty',
        'No case of this training is left for you: you have read them all in ordinary work, or are to read them in a reader study, or they were removed.',
      );
    }
    const order = runOrder(trial.design, left, reader, run);
    add({ store, clock }, trial.id, trial.revision, readerId, {
      reader,
      run,
      kind: 'start',
      case: '',
      content: { order, leftOut },
      at: clock.now(),
    });
    return myTraining(store, trial, reader, readerId);
  });
}

/**
 * Ends the open run before its last case. What was not read is not told.
 *
 * @throws Refused `training-unknown`, `training-closed` where none is open.
 */
export function endTraining({ store, clock }: Parts, readerId: string, trialId: string): MyTraining {
  return store.transaction(() => {
    const { trial, reader, state } = openOf(store, readerId, trialId);
    const why = nextCase(store, trial.design, state, readerId) === undefined ? 'finished' : 'stopped';
    end({ store, clock }, trial.id, trial.revision, readerId, reader, state.start.run, why);
    return myTraining(store, trial, reader, readerId);
  });
}

/**
 * The reader's opinion of the case that comes next. The first one is the blind part: it is locked, and the AI may be shown from then on. The
 * second one is the last word, kept with what the AI had said; the truth may be shown from then on.
 *
 * @throws Refused `training-unknown`, `training-closed`, `training-order` where another case, or another opinion of it, is next, `trial-read-invalid`.
 */
export function giveTrainingOpinion(
  parts: ReadingParts,
  readerId: string,
  trialId: string,
  { study, phase, opinion }: GivenOpinion,
): MyTraining {
  const { store, clock } = parts;
  return store.transaction(() => {
    const { trial, reader, state, next } = nextOf(store, readerId, trialId, study);
    checkPhase('training-order', phase, state.blinds.has(next.case) ? 'last' : 'blind');
    checkRatings(trial.design, [opinion]);
    const of = { reader, run: state.start.run, case: next.case, at: clock.now() };
    if (state.blinds.has(next.case)) {
      const ai = aiSaid(buildComparison(parts, readBeside(store, readerId, study)));
      const step = { ...of, kind: 'final', content: { opinion, ai } } as const;
      add(parts, trial.id, trial.revision, readerId, step);
      const now = runsOf(store, trialId, reader).at(-1);
      if (now !== undefined && nextCase(store, trial.design, now, readerId) === undefined)
        end(parts, trial.id, trial.revision, readerId, reader, of.run, 'finished');
    } else {
      add(parts, trial.id, trial.revision, readerId, { ...of, kind: 'blind', content: opinion });
    }
    return myTraining(store, trial, reader, readerId);
  });
}

/**
 * What the models found in the case that comes next, once the reader's blind part of it is locked; never else.
 *
 * @throws Refused `read-not-committed` before that, before it looks at anything of a model; `training-unknown`, `training-closed`, `training-order`.
 */
export function trainingAi(
  parts: ReadingParts,
  readerId: string,
  trialId: string,
  study: string,
): Comparison {
  const { state, next } = nextOf(parts.store, readerId, trialId, study);
  if (!state.blinds.has(next.case)) {
    throw new Refused(
      'read-not-committed',
      'The AI is shown after your own blind read of the case is locked.',
    );
  }
  return buildComparison(parts, readBeside(parts.store, readerId, study));
}

/** Codes of cases that this reader knows from ordinary reading, is to read in a reader study, or that were removed. */
function knownCases(store: Store, design: TrialDesign, readerId: string): string[] {
  const inStudies = new Set(
    unfinishedStudies(store, readerId).flatMap(({ cases }) => cases.map((one) => one.study)),
  );
  return design.cases
    .filter(({ study }) => {
      if (study === undefined || inStudies.has(study) || !store.studies.has(study)) return true;
      const read = store.reads.find(study, readerId);
      return read?.status === 'committed' || (read?.aiShownAt ?? null) !== null;
    })
    .map((one) => one.case);
}

function openOf(store: Store, readerId: string, trialId: string) {
  const { trial, reader } = findTraining(store, trialId, readerId);
  const state = runsOf(store, trialId, reader).at(-1);
  if (state !== undefined && state.end === null) return { trial, reader, state };
  throw new Refused(
    'training-closed',
    'No run of this training is open. It may have been ended in another window; begin one again.',
  );
}

function nextOf(store: Store, readerId: string, trialId: string, study: string) {
  const { trial, reader, state } = openOf(store, readerId, trialId);
  const next = nextCase(store, trial.design, state, readerId);
  if (next === undefined || next.study !== study) {
    throw new Refused(
      'training-order',
      'Another case is next in this run; it may have gone on in another window. Go back to the worklist and go on from there.',
    );
  }
  return { trial, reader, state, next };
}

/** What was shown, at the site's operating point, as it is kept with the reader's last word. */
function aiSaid({ results, items, statements, displayWords }: Comparison): AiSaid {
  return {
    models: results.map(({ model, status, reason, recordId, scores, findings }) => ({
      id: model.id,
      version: model.version,
      status,
      reason,
      recordId,
      looked: scores.length > 0 || findings.length > 0,
      words: statements.filter(({ modelId }) => modelId === model.id).map(({ words }) => words),
    })),
    findings: items.flatMap((item) => {
      if (item.kind === 'reader-only') return [];
      const finding = results
        .find(({ model }) => model.id === item.modelId)
        ?.findings.find(({ id }) => id === item.aiFindingId);
      if (finding === undefined) return [];
      const shown = displayWords.find(
        ({ modelId, label }) => modelId === item.modelId && label === finding.label,
      );
      const { score, sopInstanceUID, frame, box } = finding;
      return [
        {
          modelId: item.modelId,
          words: shown?.words ?? finding.label,
          score,
          image: sopInstanceUID,
          frame,
          box: box === null || box[0] >= box[2] || box[1] >= box[3] ? null : box,
        },
      ];
    }),
  };
}

function end(
  parts: Parts,
  trialId: string,
  revision: number,
  readerId: string,
  reader: string,
  run: number,
  why: 'finished' | 'stopped',
): void {
  const at = parts.clock.now();
  add(parts, trialId, revision, readerId, { reader, run, kind: 'end', case: '', content: { why }, at });
}

function add({ store }: Parts, trialId: string, revision: number, actor: string, step: TrainingStep): void {
  const rowSha256 = store.trainings.add(trialId, revision, step);
  const { reader, run, kind, case: name } = step;
  store.audit.append({
    actor,
    action: 'training-step',
    studyInstanceUID: null,
    detail: { trialId, reader, run, kind, case: name, rowSha256 },
  });
}
