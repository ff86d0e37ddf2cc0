import type { AddendumDraft } from '../shared/read.ts';
import { requireCommitted } from './read-guard.ts';
import type { ReadingParts } from './reading-parts.ts';

/**
 * What a reader has begun to write as an addendum to a committed read: kept as it is typed, so that it is there again when the study is opened
 * again. Nobody signed it, so that it is in no report and no trail.
 *
 * @throws Refused `study-unknown`, `read-not-committed`.
 */
export function addendumDraft(
  { store }: Pick<ReadingParts, 'store'>,
  studyInstanceUID: string,
  readerId: string,
): AddendumDraft {
  return { text: store.reads.addendumDraft(requireCommitted(store, studyInstanceUID, readerId).id) };
}

/**
 * Keeps it over what was kept before; empty text takes it away.
 *
 * @throws Refused `study-unknown`, `read-not-committed`.
 */
export function saveAddendumDraft(
  { store }: Pick<ReadingParts, 'store'>,
  studyInstanceUID: string,
  readerId: string,
  text: string,
): AddendumDraft {
  store.reads.saveAddendumDraft(requireCommitted(store, studyInstanceUID, readerId).id, text);
  return { text };
}
