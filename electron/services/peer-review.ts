import { pairReads } from '../domain/peer-pairs.ts';
import { Terms } from '../domain/terms.ts';
import { Refused } from '../shared/errors.ts';
import type { OtherRead, PeerReviewRequest } from '../shared/peer-review.ts';
import { requireCommitted } from './read-guard.ts';
import type { ReadingParts } from './reading-parts.ts';

/**
 * The committed reads of other readers beside the current reader's own, newest first. Each of them was made without knowledge of the others:
 * before the own commit nobody is told that they exist.
 *
 * @throws Refused `study-unknown`, `read-not-committed`.
 */
export function otherReads(
  { store, terminology }: Pick<ReadingParts, 'store' | 'terminology'>,
  studyInstanceUID: string,
  readerId: string,
): OtherRead[] {
  const mine = requireCommitted(store, studyInstanceUID, readerId);
  const terms = new Terms(terminology);
  return store.reads
    .committed(studyInstanceUID)
    .filter((read) => read.readerId !== readerId)
    .map((read) => ({
      read,
      pairs: pairReads(mine, read, terms),
      review: store.reads.review(read.id, readerId) ?? null,
    }));
}

/**
 * Records what a reader says of another's committed read of the same study. A later review counts; the earlier stays in the store.
 *
 * @throws Refused `study-unknown`, `read-not-committed`; `read-unknown` where it is no committed read of another reader of this study.
 */
export function reviewRead(
  parts: ReadingParts,
  studyInstanceUID: string,
  readerId: string,
  readId: string,
  request: PeerReviewRequest,
): OtherRead[] {
  const { store, clock } = parts;
  return store.transaction(() => {
    requireCommitted(store, studyInstanceUID, readerId);
    const reviewed = store.reads.committed(studyInstanceUID).find(({ id }) => id === readId);
    if (reviewed === undefined || reviewed.readerId === readerId) {
      throw new Refused('read-unknown', 'There is no such committed read of another reader here.', {
        readId,
      });
    }
    const reviewedAt = clock.now();
    store.reads.addReview(readId, readerId, { ...request, reviewedAt });
    store.audit.append({
      actor: readerId,
      action: 'peer-review',
      studyInstanceUID,
      detail: { readId, ...request, reviewedAt },
    });
    return otherReads(parts, studyInstanceUID, readerId);
  });
}
