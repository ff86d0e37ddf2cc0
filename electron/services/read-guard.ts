import { Refused } from '../shared/errors.ts';
import type { Store } from '../shared/ports.ts';
import type { Read } from '../shared/read.ts';

/**
 * The one gate between a model's results and the screen (principle 2): every route and every export
 * that carries anything derived from a model passes here first.
 *
 * @returns This reader's committed read of the study.
 * @throws Refused `study-unknown` where there is no such study, `read-not-committed` before the commit.
 */
export function requireCommitted(store: Store, studyInstanceUID: string, readerId: string): Read {
  store.studies.detail(studyInstanceUID, readerId);
  const read = store.reads.find(studyInstanceUID, readerId);
  if (read?.status !== 'committed') throw notCommitted(studyInstanceUID);
  return read;
}

/**
 * The read of a reader to whom the AI of this study was shown: committed, or shown before the commit where the site's policy allowed it.
 *
 * @throws Refused `study-unknown`, `read-not-committed`.
 */
export function requireShown(store: Store, studyInstanceUID: string, readerId: string): Read {
  store.studies.detail(studyInstanceUID, readerId);
  const read = store.reads.find(studyInstanceUID, readerId);
  if (read === undefined || (read.status !== 'committed' && read.aiShownAt === null))
    throw notCommitted(studyInstanceUID);
  return read;
}

/**
 * The committed read that an export shows: of the reader given, else the newest of any reader.
 *
 * @throws Refused `study-unknown`, `read-not-committed`.
 */
export function requireAnyCommitted(store: Store, studyInstanceUID: string, readerId: string | null): Read {
  if (readerId !== null) return requireCommitted(store, studyInstanceUID, readerId);
  store.studies.detail(studyInstanceUID, null);
  const newest = store.reads.committed(studyInstanceUID)[0];
  if (newest === undefined) throw notCommitted(studyInstanceUID);
  return newest;
}

function notCommitted(studyInstanceUID: string): Refused {
  return new Refused(
    'read-not-committed',
    'The read of this study is not committed yet. What a model found is shown only after the reader has committed; ' +
      'commit the read first.',
    { studyInstanceUID },
  );
}
