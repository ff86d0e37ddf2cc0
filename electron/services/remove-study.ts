import { Refused } from '../shared/errors.ts';
import type { Store } from '../shared/ports.ts';

function sameName(a: string, b: string): boolean {
  const plain = (text: string) => text.normalize('NFC').trim().replace(/\s+/gu, ' ');
  return plain(a) === plain(b);
}

/**
 * Removes a study with everything that was made of it: reads, assessments, results, and the files that no other study uses. It is
 * confirmed by its patient's name (its UID where the files name nobody), and the removal stays on the audit trail.
 *
 * @throws Refused `study-unknown`; `confirm-mismatch` where the name is not the patient's.
 */
export function removeStudy(
  store: Pick<Store, 'studies'>,
  studyInstanceUID: string,
  confirm: string,
  actor: string,
): void {
  const { patientName } = store.studies.detail(studyInstanceUID, null);
  const expected = patientName.trim() === '' ? studyInstanceUID : patientName;
  if (!sameName(confirm, expected)) {
    throw new Refused(
      'confirm-mismatch',
      patientName.trim() === ''
        ? 'Nothing was removed: this study names no patient, so its Study Instance UID confirms the removal.'
        : "Nothing was removed: the name given is not this study's patient. Type it as it stands in the worklist.",
    );
  }
  store.studies.remove(studyInstanceUID, actor);
}
