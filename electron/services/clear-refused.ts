import type { Store } from '../shared/ports.ts';

/** Empties the list of refused files; on the trail with how many there were. The files themselves are none of ours and stay. */
export function clearRefused(
  store: Pick<Store, 'refusals' | 'audit' | 'transaction'>,
  actor: string,
): number {
  return store.transaction(() => {
    const cleared = store.refusals.clearAll();
    if (cleared > 0)
      store.audit.append({ actor, action: 'clear-refused', studyInstanceUID: null, detail: { cleared } });
    return cleared;
  });
}
