import { randomUUID } from 'node:crypto';
import { analyzeTrial } from '../domain/reader-study/analyze.ts';
import { checkDesign, nextStep } from '../domain/reader-study/design.ts';
import { simulateReads } from '../domain/reader-study/simulate.ts';
import { Refused } from '../shared/errors.ts';
import type { Clock, Store } from '../shared/ports.ts';
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

export interface TrialParts {
  readonly store: Store;
  readonly clock: Clock;
}

/**
 * A new reader study, or with `replace` a newer design of one that nobody has read in. Its cases, lesions and profiles are looked up here.
 *
 * @throws Refused `trial-invalid`, `trial-unknown`, `trial-locked`, `case-names-patient`, `study-unknown`, `reader-unknown`.
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
    const { design, revision } = findTrial(store, trialId);
    const at = clock.now();
    const step = stepOf(design, store.trials.reads(trialId), given.reader, at);
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
export function stepOf(design: TrialDesign, reads: readonly DatedTrialRead[], reader: string, now: string) {
  if (!design.readers.some((one) => one.reader === reader)) {
    throw new Refused('reader-unknown', `The reader study has no reader ${reader}.`, { reader });
  }
  const step = nextStep(design, reads, reader, now);
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
    const { design, revision } = findTrial(store, trialId);
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
export function chooseReads(store: Pick<Store, 'trials'>, trialId: string, simulated: boolean): ChosenReads {
  const trial = findTrial(store, trialId);
  const reads = store.trials.reads(trialId);
  if (reads.length > 0 && !simulated) return { trial, reads, simulation: null };
  const simulation = store.trials.simulations(trialId).find(({ revision }) => revision === trial.revision);
  if (simulation !== undefined) return { trial, reads: simulation.reads, simulation };
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
  const { trial, reads, simulation } = chooseReads(store, trialId, simulated);
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
    notes: notesOf(simulation !== null, figures.reads),
  };
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
