import { randomUUID } from 'node:crypto';
import { Refused } from '../shared/errors.ts';
import type { Comparison } from '../shared/read.ts';
import type { ReferralRequest, ToldReferrals } from '../shared/referral.ts';
import { requireCommitted } from './read-guard.ts';
import type { ReadingParts } from './reading-parts.ts';
import { buildComparison } from './reveal-comparison-build.ts';
import { toldReferrals } from './tell-referrals.ts';

/**
 * Refers a study, or one line of its comparison, to another reader of this workstation or to any second reader. Only after the own commit:
 * what is asked is then about a read that stands. The words of the line are kept as they are now, since a model may run again.
 *
 * @throws Refused `study-unknown`, `read-not-committed`, `reader-unknown`, `referral-to-self`, `item-unknown` where the line is not (any
 *   more) in the comparison.
 */
export function referStudy(
  parts: ReadingParts,
  studyInstanceUID: string,
  readerId: string,
  request: ReferralRequest,
): ToldReferrals {
  const { store, clock } = parts;
  return store.transaction(() => {
    const read = requireCommitted(store, studyInstanceUID, readerId);
    const { id = randomUUID(), toReader, ask, itemId, reason, words } = request;
    // A double click, or an answer that was lost on the way.
    if (store.referrals.of(studyInstanceUID).some((one) => one.id === id))
      return toldReferrals(parts, studyInstanceUID, readerId);
    if (toReader === readerId) {
      throw new Refused('referral-to-self', 'A study is referred to another reader than oneself.');
    }
    if (toReader !== null && store.readers.find(toReader) === undefined) {
      throw new Refused('reader-unknown', 'There is no such reader here to refer the study to.');
    }
    const about = itemId === null ? null : { itemId, words: lineWords(buildComparison(parts, read), itemId) };
    const rowSha256 = store.referrals.add({
      id,
      studyInstanceUID,
      readId: read.id,
      fromReader: readerId,
      toReader,
      ask,
      about,
      reason,
      words: words.trim(),
      createdAt: clock.now(),
    });
    store.audit.append({
      actor: readerId,
      action: 'refer',
      studyInstanceUID,
      detail: {
        referralId: id,
        readId: read.id,
        toReader,
        ask,
        reason,
        rowSha256,
        ...(about === null ? {} : { about: about.words }),
        ...(words.trim() === '' ? {} : { words: words.trim() }),
      },
    });
    return toldReferrals(parts, studyInstanceUID, readerId);
  });
}

/** The finding's name with the line that was shown of it. */
function lineWords({ items, read }: Comparison, itemId: string): string {
  const item = items.find(({ id }) => id === itemId);
  if (item === undefined) {
    throw new Refused(
      'item-unknown',
      'This line is not in the comparison any more: a model has run again since. Load the comparison again.',
      { itemId },
    );
  }
  if (item.kind === 'ai-only') return item.words;
  const label = read.content.findings.find(({ id }) => id === item.readerFindingId)?.label ?? 'a finding';
  return `${label}: ${item.words}`;
}
