import { isTraining } from '../domain/reader-study/design.ts';
import { Refused } from '../shared/errors.ts';
import type { Store } from '../shared/ports.ts';
import type { Opinion, Trial, TrialCase, TrialDesign } from '../shared/reader-study.ts';
import type { MyTraining, TrainingRun, TrainingStep } from '../shared/training.ts';
import { unfinishedStudies } from './trial-part.ts';

type Of<Kind extends TrainingStep['kind']> = Extract<TrainingStep, { kind: Kind }>;

/** One run of one reader, as its steps tell it. */
export interface RunState {
  readonly start: Of<'start'>;
  readonly blinds: ReadonlyMap<string, Opinion>;
  readonly finals: ReadonlyMap<string, Of<'final'>['content']>;
  readonly end: Of<'end'> | null;
}

/** As which of its readers this profile trains; undefined where it has no part, or it is a reader study. */
export function traineeOf(design: TrialDesign, readerId: string): string | undefined {
  if (!isTraining(design)) return undefined;
  return design.readers.find(({ profile }) => profile === readerId)?.reader;
}

/** The runs of a reader, the oldest first. */
export function runsOf(store: Pick<Store, 'trainings'>, trialId: string, reader: string): RunState[] {
  const steps = store.trainings.steps(trialId, reader);
  return steps.flatMap((start) => {
    if (start.kind !== 'start') return [];
    const own = steps.filter(({ run }) => run === start.run);
    return [
      {
        start,
        blinds: new Map(own.flatMap((one) => (one.kind === 'blind' ? [[one.case, one.content]] : []))),
        finals: new Map(own.flatMap((one) => (one.kind === 'final' ? [[one.case, one.content]] : []))),
        end: own.find((one): one is Of<'end'> => one.kind === 'end') ?? null,
      },
    ];
  });
}

/**
 * The case that comes next in a run that is open; undefined where it is over, or nothing that is left can be read: a study that was removed,
 * and one that this reader is still to read in a reader study, are passed over.
 */
export function nextCase(
  store: Pick<Store, 'trials' | 'studies'>,
  design: TrialDesign,
  { start, finals, end }: RunState,
  readerId: string,
): (TrialCase & { readonly study: string; readonly position: number }) | undefined {
  if (end !== null) return undefined;
  const closed = new Set(
    unfinishedStudies(store, readerId).flatMap(({ cases }) => cases.map((one) => one.study)),
  );
  const known = new Map(design.cases.map((one) => [one.case, one]));
  for (const [at, name] of start.content.order.entries()) {
    const one = known.get(name);
    if (finals.has(name) || one?.study === undefined) continue;
    if (closed.has(one.study) || !store.studies.has(one.study)) continue;
    return { ...one, study: one.study, position: at + 1 };
  }
  return undefined;
}

/** The run that a reader has begun and not ended, in whichever training: at most one. */
export function openRun(
  store: Pick<Store, 'trials' | 'trainings'>,
  readerId: string,
): { readonly trial: Trial; readonly reader: string; readonly state: RunState } | undefined {
  for (const trial of store.trials.every()) {
    const reader = traineeOf(trial.design, readerId);
    if (reader === undefined) continue;
    const state = runsOf(store, trial.id, reader).at(-1);
    if (state !== undefined && state.end === null) return { trial, reader, state };
  }
  return undefined;
}

/** @throws Refused `training-unknown`, also where this reader has no part: who trains is nobody else's to know. */
export function findTraining(
  store: Pick<Store, 'trials'>,
  trialId: string,
  readerId: string,
): { readonly trial: Trial; readonly reader: string } {
  const trial = store.trials.find(trialId);
  const reader = trial === undefined ? undefined : traineeOf(trial.design, readerId);
  if (trial !== undefined && reader !== undefined) return { trial, reader };
  throw new Refused('training-unknown', `There is no training ${trialId} in this data folder.`, { trialId });
}

export function runLine({ start, finals, end }: RunState): TrainingRun {
  return {
    run: start.run,
    startedAt: start.at,
    state: end === null ? 'open' : end.content.why,
    done: finals.size,
    of: start.content.order.length,
    leftOut: start.content.leftOut.length,
  };
}

/** A training as its reader is told of it. */
export function myTraining(
  store: Pick<Store, 'trials' | 'trainings' | 'studies'>,
  { id, design }: Trial,
  reader: string,
  readerId: string,
): MyTraining {
  const runs = runsOf(store, id, reader);
  const last = runs.at(-1);
  const next = last === undefined ? undefined : nextCase(store, design, last, readerId);
  return {
    id,
    name: design.name,
    scale: design.scale,
    cases: design.cases.length,
    runs: runs.map(runLine).toReversed(),
    next:
      last === undefined || next === undefined
        ? null
        : {
            run: last.start.run,
            position: next.position,
            study: next.study,
            blind: last.blinds.get(next.case) ?? null,
          },
  };
}
