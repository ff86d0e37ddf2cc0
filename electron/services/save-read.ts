import type { Read, ReadContent } from '../shared/read.ts';
import { currentRead } from './open-study.ts';
import type { ReadingParts } from './reading-parts.ts';

/**
 * Saves a reader's draft.
 *
 * @throws Refused `read-unknown`, `read-committed`, `finding-outside-image`, `finding-invalid`, `read-contradicts`.
 */
export function saveRead(
  { store }: Pick<ReadingParts, 'store'>,
  studyInstanceUID: string,
  readerId: string,
  content: ReadContent,
): Read {
  const read = currentRead({ store }, studyInstanceUID, readerId);
  return store.reads.save(read.id, content);
}
