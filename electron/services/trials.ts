import { randomUUID } from 'node:crypto';
import { analyzeTrial } from '../domain/reader-study/analyze.ts';
import { checkDesign, isTraining, nextStep } from '../domain/reader-study/design.ts';
import { simulateReads } from '../domain/reader-study/simulate.ts';
import { Refused } from '../shared/errors.ts';
import type { Clock, Store } from '../shared/ports.ts';
import { ARMS } from '../shared/reader-study.ts';
import type {
  DatedTrialRead,
  Opinion,
  Trial,
  TrialAnalysis,
  TrialDesign,
  TrialRead,
  TrialSimulation,
} from '../shared/reader-study.ts';
import { checkAgainstStore } from './trial-cases.ts';
import { goneCases } from './trial-part.ts';

export interface TrialParts {
  readonly store: Store;
  readonly clock: Clock;
}

/**
 * A new reader study, or with `replace` a newer design of one that nobody has read in. Its cases, lesions and profiles are looked up here.
 *
 * @throws Refused `trial-invalid`, `trial-unknown`, `trial-locked`, `trial-purpose`, `case-names-patient`, `study-unknown`, `reader-unknown`; of a study
 *   `trial-case-known`; of a training `training-no-ai`.
 */
export function createTrial({ store, clock }: TrialParts, design: TrialDesign, replace?: string): Trial {
  checkDesign(design);
  return store.transaction(() => {
    checkAgainstStore(store, design);
    const before = replace === undefined ? null : findTrial(store, replace);
    if (before !== null && store.trials.isLocked(before.id)) {
      throw new Refused(
        'trial-locked',
        `The reader study ${before.id} is locked: somebody has read in it. Make a new one for another design.`,
        { trialId: before.id },
      );
    }
    if (before !== null && isTraining(before.design) !== isTraining(design)) {
      throw new Refused(
        'trial-purpose',
        `${before.id} is ${isTraining(before.design) ? 'a training' : 'a reader study'} and stays one. Make a new one for the other purpose.`,
        { trialId: before.id },
      );
    }
    const id = before?.id ?? randomUUID();
    const revision = (before?.revision ?? 0) + 1;
    const rowSha256 = store.trials.addDesign({ id, revision, design, createdAt: clock.now() });
    store.audit.append({
      actor: 'operator',
      action: 'trial-design',
      studyInstanceUID: null,
      detail: { trialId: id, revision, rowSha256 },
    });
    return findTrial(store, id);
  });
}

/** @throws Refused `trial-unknown`. */
export function findTrial(store: Pick<Store, 'trials'>, trialId: string): Trial {
  const trial = store.trials.find(trialId);
  if (trial !== undefined) return trial;
  throw new Refused(
    'trial-unknown',
    `There is no reader study ${trialId} in this data folder. 'overread trial list' names those there are.`,
    { trialId },
  );
}

/**
 * Not a training: what is read there is its reader's alone.
 *
 * @throws Refused `trial-unknown`, `trial-training`.
 */
export function findStudy(store: Pick<Store, 'trials'>, trialId: string): Trial {
  const trial = findTrial(store, trialId);
  if (!isTraining(trial.design)) return trial;
  throw new Refused(
    'trial-training',
    `${trialId} is a training: it is read in the window, and what comes of it is told to its reader alone. It is neither recorded, simulated, analysed nor exported; 'overread trial status ${trialId}' says who has trained.`,
    { trialId },
  );
}

/** What a reader said of the case that is next for them. */
export interface GivenRead {
  readonly reader: string;
  readonly case: string;
  readonly final: Opinion;
  readonly blind: Opinion | null;
}

/**
 * Keeps a read of a person. It must be the one that comes next in the reader's own order: nothing is read twice, skipped or before its time.
 *
 * @throws Refused `trial-unknown`, `reader-unknown`, `trial-finished`, `washout` (with the date), `trial-order`, `trial-read-invalid`.
 */
export function recordTrialRead(
  { store, clock }: TrialParts,
  trialId: string,
  given: GivenRead,
  actor = 'operator',
): DatedTrialRead {
  return store.transaction(() => {
    const { design, revision } = findStudy(store, trialId);
    const at = clock.now();
    const reads = store.trials.reads(trialId);
    const step = stepOf(design, reads, given.reader, at, goneCases(store, design));
    if (step.case !== given.case) {
      throw new Refused(
        'trial-order',
        `The next case of reader ${given.reader} is ${step.case}, not ${given.case}: each reader has an order of their own.`,
        { next: step.case },
      );
    }
    checkOpinions(design, step.arm, given);
    const { reader, final, blind } = given;
    const read = {
      reader,
      case: step.case,
      session: step.session,
      position: step.position,
      arm: step.arm,
      final,
      blind,
      at,
    };
    const rowSha256 = store.trials.addRead(trialId, revision, read);
    store.audit.append({
      actor,
      action: 'trial-read',
      studyInstanceUID: null,
      detail: { trialId, reader, case: read.case, session: read.session, rowSha256 },
    });
    return read;
  });
}

/** The reader's next case. Throws what `recordTrialRead` does. */
export function stepOf(
  design: TrialDesign,
  reads: readonly DatedTrialRead[],
  reader: string,
  now: string,
  gone: ReadonlySet<string>,
) {
  if (!design.readers.some((one) => one.reader === reader)) {
    throw new Refused('reader-unknown', `The reader study has no reader ${reader}.`, { reader });
  }
  const step = nextStep(design, reads, reader, now, gone);
  switch (step.kind) {
    case 'finished':
      throw new Refused('trial-finished', `Reader ${reader} has read every case in both arms.`, { reader });
    case 'washout':
      throw new Refused(
        'washout',
        `The second session of reader ${reader} begins on ${step.until.slice(0, 10)}, ${design.washoutDays} days after the last read of the first: the cases are to be forgotten until then.`,
        { reader, until: step.until },
      );
    case 'read':
      return step;
  }
}

/** @throws Refused `trial-read-invalid` for a rating beyond the scale. */
export function checkRatings({ scale: { max } }: TrialDesign, opinions: readonly Opinion[]): void {
  const ratings = opinions.flatMap(({ rating, marks }) => [rating, ...marks.map((mark) => mark.rating)]);
  const beyond = ratings.find((rating) => rating > max);
  if (beyond === undefined) return;
  throw new Refused(
    'trial-read-invalid',
    `A rating of ${beyond} lies beyond the scale of the reader study, which ends at ${max}.`,
  );
}

function checkOpinions(design: TrialDesign, arm: TrialRead['arm'], { final, blind }: GivenRead): void {
  const invalid = (message: string): Refused => new Refused('trial-read-invalid', message);
  if ((arm === 'with-ai') !== (blind !== null)) {
    throw invalid(
      arm === 'with-ai'
        ? 'This read is with AI: what the reader said before it was shown (blind) is missing.'
        : 'This read is without AI: it has no blind part beside the final one.',
    );
  }
  checkRatings(design, [final, ...(blind === null ? [] : [blind])]);
}

/**
 * Reads of made-up readers for the newest design, the same for the same seed; kept apart from reads of people.
 *
 * @throws Refused `trial-unknown`.
 */
export function simulateTrial({ store, clock }: TrialParts, trialId: string, seed: number): TrialSimulation {
  return store.transaction(() => {
    const { design, revision } = findStudy(store, trialId);
    const run = (store.trials.simulations(trialId)[0]?.run ?? 0) + 1;
    const simulation = { trialId, run, revision, seed, at: clock.now(), reads: simulateReads(design, seed) };
    const rowSha256 = store.trials.addSimulation(simulation);
    store.audit.append({
      actor: 'operator',
      action: 'trial-simulate',
      studyInstanceUID: null,
      detail: { trialId, run, revision, seed, reads: simulation.reads.length, rowSha256 },
    });
    return simulation;
  });
}

export interface ChosenReads {
  readonly trial: Trial;
  /** Cases whose study was removed: what is not read of them never will be. */
  readonly gone: ReadonlySet<string>;
  readonly reads: readonly TrialRead[];
  /** Null: the reads are of people. */
  readonly simulation: TrialSimulation | null;
}

/**
 * The reads that an analysis or an export is about: those of people, else (or where they are asked for) those of the newest simulation of
 * the newest design. Never both.
 *
 * @throws Refused `trial-unknown`, `trial-unread`.
 */
export function chooseReads(
  store: Pick<Store, 'trials' | 'studies'>,
  trialId: string,
  simulated: boolean,
): ChosenReads {
  const trial = findStudy(store, trialId);
  const reads = store.trials.reads(trialId);
  if (reads.length > 0 && !simulated) {
    return { trial, gone: goneCases(store, trial.design), reads, simulation: null };
  }
  const simulation = store.trials.simulations(trialId).find(({ revision }) => revision === trial.revision);
  if (simulation !== undefined) return { trial, gone: new Set(), reads: simulation.reads, simulation };
  throw new Refused(
    'trial-unread',
    `Nothing was read in the reader study ${trialId} yet${simulated ? ' by a simulation of its newest design' : ''}. 'overread trial simulate ${trialId} --seed 1' tries the design with made-up readers.`,
    { trialId },
  );
}

/**
 * The figures of a reader study. That they were looked at is on the trail: a study may be looked at before its end, and that must show.
 *
 * @throws Refused `trial-unknown`, `trial-unread`.
 */
export function analyzeTrialReads(
  { store }: Pick<TrialParts, 'store'>,
  trialId: string,
  simulated: boolean,
): TrialAnalysis {
  const { trial, gone, reads, simulation } = chooseReads(store, trialId, simulated);
  const { id, revision, design, designSha256 } = trial;
  const figures = analyzeTrial(design, reads);
  store.audit.append({
    actor: 'operator',
    action: 'trial-analyze',
    studyInstanceUID: null,
    detail: { trialId, revision, ...figures.reads, simulated: simulation !== null },
  });
  return {
    trial: { id, name: design.name, revision, designSha256 },
    simulated: simulation !== null,
    simulation: simulation === null ? null : { run: simulation.run, seed: simulation.seed },
    ...figures,
    notes: [...goneNotes(design, reads, gone), ...notesOf(simulation !== null, figures.reads)],
  };
}

/** The gap that a removed study leaves. */
export function goneNotes(
  { readers }: TrialDesign,
  reads: readonly TrialRead[],
  gone: ReadonlySet<string>,
): string[] {
  const cut = [...gone].filter(
    (name) => reads.filter((read) => read.case === name).length < ARMS.length * readers.length,
  );
  if (cut.length === 0) return [];
  return [
    `Removed from this data folder before everybody had read them: ${cut.join(', ')}. They stand in no difference and no agreement.`,
  ];
}

function notesOf(simulated: boolean, { made, expected }: TrialAnalysis['reads']): string[] {
  return [
    ...(simulated ? ['The reads are made up: they say nothing of readers or of the AI.'] : []),
    ...(made < expected
      ? [`${made} of ${expected} reads are made: figures of a study that is not finished.`]
      : []),
    'Intervals of differences are over cases, for these readers; a statement about readers in general needs an analysis of variance over readers and cases (export as jafroc).',
    'For research use, not for diagnosis.',
  ];
}
