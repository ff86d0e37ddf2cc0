import { forgetStudy } from './ledger/count-study.ts';
import type { Store } from '../shared/ports.ts';

/**
 * Something of the models is new for the study (another result, or none since other facts were stated): reads that were final are
 * 'committed' again, until their readers have seen and settled it. Audited, read by read. To be called inside the transaction of the change.
 */
export function reopenReads(
  store: Pick<Store, 'reads' | 'audit' | 'ledger' | 'reliance'>,
  studyInstanceUID: string,
  actor: string,
  why: 'facts-stated' | 'new-result',
): void {
  const reopened = store.reads.reopen(studyInstanceUID);
  // Nothing of the study is final any more: the ledger counts it when it is again.
  if (reopened.length > 0) forgetStudy(store, studyInstanceUID);
  for (const readId of reopened) {
    store.audit.append({ actor, action: 'reopen', studyInstanceUID, detail: { readId, why } });
  }
}
