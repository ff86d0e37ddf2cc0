import type { StackDetail } from '../../shared/stack.ts';
import { stacksOf } from './series-stacks.ts';
import type { SeriesInstance } from './slice.ts';

interface Stored {
  readonly header: SeriesInstance;
}

const known = new WeakMap<readonly Stored[], StackDetail[]>();

/**
 * The stacks of a stored series (`stacksOf`), worked out once for the very array, which the store gives anew where its instances are
 * others: whoever opens a study asks for them several times, and a thousand slices take tens of milliseconds.
 */
export function stacksOfStored(all: readonly Stored[]): StackDetail[] {
  const here = known.get(all) ?? stacksOf(all.map(({ header }) => header));
  known.set(all, here);
  return here;
}
