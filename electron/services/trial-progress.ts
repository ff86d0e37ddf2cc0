import { armOf, type NextStep, nextStep } from '../domain/reader-study/design.ts';
import { readsOf } from '../domain/reader-study/simulate.ts';
import type { Store } from '../shared/ports.ts';
import type { Arm, Trial } from '../shared/reader-study.ts';
import { runsOf } from './training-state.ts';
import { goneCases } from './trial-part.ts';

export interface TrialProgress {
  readonly id: string;
  readonly purpose: 'study';
  readonly name: string;
  readonly revision: number;
  /** Somebody has read in it: the design stays. */
  readonly locked: boolean;
  readonly made: number;
  readonly expected: number;
  readonly simulations: number;
  /** Cases whose study was removed: they are passed over. */
  readonly gone: readonly string[];
  readonly readers: readonly {
    readonly reader: string;
    /** Reads of the first and the second session. */
    readonly sessions: readonly [number, number];
    /** The arm of the first session. */
    readonly begins: Arm;
    readonly next: NextStep;
  }[];
}

/** How far a reader study is at an instant (UTC ISO 8601). For the operator: readers are not told of each other. */
export function trialProgress(
  store: Pick<Store, 'trials' | 'studies'>,
  { id, design, revision }: Trial,
  now: string,
): TrialProgress {
  const reads = store.trials.reads(id);
  const gone = goneCases(store, design);
  return {
    id,
    purpose: 'study',
    name: design.name,
    revision,
    locked: store.trials.isLocked(id),
    made: reads.length,
    expected: readsOf(design),
    gone: [...gone],
    simulations: store.trials.simulations(id).length,
    readers: design.readers.map(({ reader }) => {
      const own = reads.filter((read) => read.reader === reader);
      const of = (session: 1 | 2): number => own.filter((read) => read.session === session).length;
      return {
        reader,
        sessions: [of(1), of(2)],
        begins: armOf(design, reader, 1),
        next: nextStep(design, reads, reader, now, gone),
      };
    }),
  };
}

export interface TrainingProgress {
  readonly id: string;
  readonly purpose: 'training';
  readonly name: string;
  readonly revision: number;
  readonly locked: boolean;
  readonly cases: number;
  readonly gone: readonly string[];
  readonly readers: readonly {
    readonly reader: string;
    /** Runs that were begun, and those of them that reached their last case. */
    readonly runs: number;
    readonly finished: number;
    readonly open: boolean;
  }[];
}

/** Who has trained, for the operator. How it went is told to the reader alone, and is in no command. */
export function trainingProgress(
  store: Pick<Store, 'trials' | 'trainings' | 'studies'>,
  { id, design, revision }: Trial,
): TrainingProgress {
  return {
    id,
    purpose: 'training',
    name: design.name,
    revision,
    locked: store.trials.isLocked(id),
    cases: design.cases.length,
    gone: [...goneCases(store, design)],
    readers: design.readers.map(({ reader }) => {
      const runs = runsOf(store, id, reader);
      return {
        reader,
        runs: runs.length,
        finished: runs.filter(({ end }) => end?.content.why === 'finished').length,
        open: runs.some(({ end }) => end === null),
      };
    }),
  };
}
