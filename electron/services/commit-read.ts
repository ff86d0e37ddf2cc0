import { Bug } from '../shared/errors.ts';
import type { CommitRequest, Read } from '../shared/read.ts';
import type { ReadingPartsWithPixels } from './reading-parts.ts';

/**
 * Locks a reader's read: hashed, signed with the reader's key, time-stamped, audited, never changed again.
 *
 * @throws Refused `impression-missing`, `frames-unseen` (`detail.frames`: those not displayed, each with its reason),
 *   `read-unknown`, `read-committed`, `frame-unknown`.
 */
export function commitRead(
  _parts: Pick<ReadingPartsWithPixels, 'store' | 'clock' | 'decoder'>,
  _studyInstanceUID: string,
  _readerId: string,
  _request: CommitRequest,
): Promise<Read> {
  return Promise.reject(new Bug('commit-read is not built yet'));
}
