import { consensusLines } from '../domain/consensus.ts';
import { Terms } from '../domain/terms.ts';
import type { ConsensusView } from '../shared/consensus.ts';
import type { Read } from '../shared/read.ts';
import { requireCommitted } from './read-guard.ts';
import type { ReadingParts } from './reading-parts.ts';

/** Two committed reads in the order of their commits; by id where that is the same instant. */
export function inOrder(one: Read, other: Read): [Read, Read] {
  const key = ({ committedAt, id }: Read): string => `${committedAt ?? ''} ${id}`;
  return key(one) < key(other) ? [one, other] : [other, one];
}

/**
 * What readers hold together of a study, and each other committed read beside the current reader's own, line by line. Reads are compared as
 * they were committed: each is then the work of one reader alone.
 *
 * @throws Refused `study-unknown`, `read-not-committed`.
 */
export function consensusView(
  { store, terminology }: Pick<ReadingParts, 'store' | 'terminology'>,
  studyInstanceUID: string,
  readerId: string,
): ConsensusView {
  const mine = requireCommitted(store, studyInstanceUID, readerId);
  const terms = new Terms(terminology);
  return {
    records: store.consensuses.of(studyInstanceUID),
    beside: store.reads
      .committed(studyInstanceUID)
      .filter((read) => read.readerId !== readerId)
      .map((read) => {
        const [first, second] = inOrder(mine, read);
        return {
          readId: read.id,
          readerName: read.readerName,
          mineIsFirst: first.id === mine.id,
          lines: consensusLines(first, second, terms),
        };
      }),
  };
}
