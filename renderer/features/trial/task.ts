import type { ReactNode } from 'react';
import type { Comparison } from '../../../electron/shared/read.ts';
import type { GivenOpinion, Opinion } from '../../../electron/shared/reader-study.ts';

/** One opinion on one case that is asked of the reader: in a reader study or in a training. */
export interface CaseTask {
  /** Of the panel and its draft; another for each opinion of each reader: who sits down next in this window must not find it. */
  readonly key: string;
  readonly kind: 'Reader study' | 'Training';
  /** The line above: which study, how far. */
  readonly line: string;
  readonly words: string;
  readonly study: string;
  readonly scale: { readonly max: number; readonly positiveFrom: number };
  /** `blind`: the AI comes after it. `last`: the AI stands beside it. `alone`: without AI. */
  readonly phase: GivenOpinion['part'];
  /** What was said before, where the draft begins. */
  readonly blind: Opinion | null;
  /** What the last button says, and what follows. */
  readonly lock: { readonly button: string; readonly after: string };
  /** A further step beside the lock. */
  readonly aside?: ReactNode;
  readonly askAi: () => Promise<Comparison>;
  /** Locks the opinion, and goes on. */
  readonly give: (opinion: Opinion, part: GivenOpinion['part']) => Promise<void>;
}
