import { Refused } from '../shared/errors.ts';
import type { Store } from '../shared/ports.ts';
import { type Stated, statedSchema } from '../shared/study.ts';

/**
 * A person says what the files of a study do not, or say wrongly: modality, body part, view, age. It replaces what was stated before
 * and goes to the audit trail with the person's id; the files stay as they are.
 *
 * @throws Refused `study-unknown`, `bad-facts`.
 */
export function stateFacts(
  store: Pick<Store, 'studies'>,
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
  store.studies.state(studyInstanceUID, checked.data, actor);
}
