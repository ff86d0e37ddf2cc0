import type { Store } from '../shared/ports.ts';

/**
 * Something of the models is new for the study (another result, or none since other facts were stated): reads that were final are
 * 'committed' again, until their readers have seen and settled it. Audited, read by read. To be called inside the transaction of the change.
 */
export function reopenReads(
  store: Pick<Store, 'reads' | 'audit'>,
  studyInstanceUID: string,
  actor: string,
  why: 'facts-stated' | 'new-result',
): void {
  for (const readId of store.reads.reopen(studyInstanceUID)) {
    store.audit.append({ actor, action: 'reopen', studyInstanceUID, detail: { readId, why } });
  }
}
