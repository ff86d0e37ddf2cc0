import { armOf, type NextStep, nextStep } from '../domain/reader-study/design.ts';
import { readsOf } from '../domain/reader-study/simulate.ts';
import type { Store } from '../shared/ports.ts';
import type { Arm, Trial } from '../shared/reader-study.ts';

export interface TrialProgress {
  readonly id: string;
  readonly name: string;
  readonly revision: number;
  /** Somebody has read in it: the design stays. */
  readonly locked: boolean;
  readonly made: number;
  readonly expected: number;
  readonly simulations: number;
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
  store: Pick<Store, 'trials'>,
  { id, design, revision }: Trial,
  now: string,
): TrialProgress {
  const reads = store.trials.reads(id);
  return {
    id,
    name: design.name,
    revision,
    locked: store.trials.isLocked(id),
    made: reads.length,
    expected: readsOf(design),
    simulations: store.trials.simulations(id).length,
    readers: design.readers.map(({ reader }) => {
      const own = reads.filter((read) => read.reader === reader);
      const of = (session: 1 | 2): number => own.filter((read) => read.session === session).length;
      return {
        reader,
        sessions: [of(1), of(2)],
        begins: armOf(design, reader, 1),
        next: nextStep(design, reads, reader, now),
      };
    }),
  };
}
