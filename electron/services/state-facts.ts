import { isDeepStrictEqual } from 'node:util';
import { Refused } from '../shared/errors.ts';
import type { Store } from '../shared/ports.ts';
import { reopenReads } from './reopen-reads.ts';
import { type Stated, statedSchema } from '../shared/study.ts';

/**
 * A person says what the files of a study do not, or say wrongly: modality, body part, view, age. It replaces what was stated before
 * and goes to the audit trail with the person's id; the files stay as they are. Reads that were final are open again: what the models
 * said was said of other facts.
 *
 * @throws Refused `study-unknown`, `bad-facts`.
 */
export function stateFacts(
  store: Pick<Store, 'studies' | 'reads' | 'audit' | 'ledger' | 'reliance' | 'transaction'>,
  studyInstanceUID: string,
  stated: Stated,
  actor: string,
): void {
  const checked = statedSchema.safeParse(stated);
  if (!checked.success) {
    throw new Refused(
      'bad-facts',
      'Modality, body part and view are short codes in capitals (such as DX, CHEST, PA); age is in years, 0 to 150.',
    );
  }
  store.transaction(() => {
    const { stated: before } = store.studies.detail(studyInstanceUID, null);
    store.studies.state(studyInstanceUID, checked.data, actor);
    if (!isDeepStrictEqual(before, checked.data)) reopenReads(store, studyInstanceUID, actor, 'facts-stated');
  });
}
