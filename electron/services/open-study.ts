import { Refused } from '../shared/errors.ts';
import type { Read } from '../shared/read.ts';
import { refuseTrialCase } from './trial-guard.ts';
import type { ReadingParts } from './reading-parts.ts';

/**
 * A reader opens a study: their read, a new draft where there is none. Every opening is audited.
 *
 * @throws Refused `study-unknown`, `reader-unknown`; `reader-study` where it is a case of this reader's unfinished reader study.
 */
export function openStudy(
  { store }: Pick<ReadingParts, 'store'>,
  studyInstanceUID: string,
  readerId: string,
): Read {
  return store.transaction(() => {
    store.studies.detail(studyInstanceUID, readerId);
    requireReader(store, readerId);
    refuseTrialCase({ store }, studyInstanceUID, readerId);
    const read =
      store.reads.find(studyInstanceUID, readerId) ?? store.reads.begin(studyInstanceUID, readerId);
    store.audit.append({
      actor: readerId,
      action: 'open',
      studyInstanceUID,
      detail: { readId: read.id, status: read.status },
    });
    return read;
  });
}

/**
 * This reader's read of the study as it stands.
 *
 * @throws Refused `study-unknown`, `read-unknown` where the reader has not opened the study.
 */
export function currentRead(
  { store }: Pick<ReadingParts, 'store'>,
  studyInstanceUID: string,
  readerId: string,
): Read {
  store.studies.detail(studyInstanceUID, readerId);
  const read = store.reads.find(studyInstanceUID, readerId);
  if (read === undefined) {
    throw new Refused('read-unknown', 'This reader has not opened the study yet. Open it to begin a read.', {
      studyInstanceUID,
    });
  }
  return read;
}

function requireReader(store: ReadingParts['store'], readerId: string): void {
  if (store.readers.find(readerId) === undefined) {
    throw new Refused(
      'reader-unknown',
      'There is no such reader here. Choose a reader profile, or create one.',
      {
        readerId,
      },
    );
  }
}
