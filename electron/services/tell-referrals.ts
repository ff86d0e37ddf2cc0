import { waitsFor } from '../shared/referral-waits.ts';
import type { Store } from '../shared/ports.ts';
import type { ToldReferrals } from '../shared/referral.ts';

/**
 * What a reader is told of the referrals of a study. After the own commit all of each. Before it only of those that wait for this reader,
 * and only that there is one and what is asked for: reason, words and line would tell of the first read or of the AI, and a name whose
 * read there is.
 *
 * @throws Refused `study-unknown`.
 */
export function toldReferrals(
  { store }: { readonly store: Pick<Store, 'studies' | 'reads' | 'referrals'> },
  studyInstanceUID: string,
  readerId: string,
): ToldReferrals {
  store.studies.detail(studyInstanceUID, readerId);
  const referrals = store.referrals.of(studyInstanceUID);
  if (store.reads.find(studyInstanceUID, readerId)?.status === 'committed')
    return { told: 'whole', referrals };
  return {
    told: 'blind',
    referrals: referrals
      .filter((referral) => waitsFor(referral, readerId))
      .map(({ id, ask, to, takenBy, createdAt }) => ({
        id,
        ask,
        direct: to !== null,
        accepted: takenBy !== null,
        createdAt,
      })),
  };
}
