import { isOpen, waitsFor } from '../shared/referral-waits.ts';
import { missingCaseError, Refused } from '../shared/errors.ts';
import type { Referral, ReferralState, ReferralStepKind } from '../shared/referral.ts';

/** How a referral stands after a step. */
export interface Standing {
  readonly state: ReferralState;
  /** Who has accepted it. */
  readonly takenBy: string | null;
}

type Asked = Pick<Referral, 'from' | 'to' | 'state' | 'takenBy' | 'steps'>;

/**
 * What a step of a reader makes of a referral.
 *
 * A referral to one reader that is declined is closed. One to any second reader is offered to the others again.
 *
 * @throws Refused `referral-unknown` where it is not this reader's to do (another's referral is as unknown as none); `referral-accepted`
 *   where it was accepted before, `referral-closed` where it is answered, declined or withdrawn.
 */
export function afterStep(referral: Asked, readerId: string, kind: ReferralStepKind): Standing {
  const mine =
    kind === 'withdraw'
      ? referral.from.id === readerId
      : waitsFor(referral, readerId) || wasAsked(referral, readerId);
  if (!mine) throw new Refused('referral-unknown', 'There is no such referral for you here.');
  if (!isOpen(referral)) {
    throw new Refused(
      'referral-closed',
      `This referral is ${referral.state} already; nothing more is to be done with it.`,
    );
  }
  switch (kind) {
    case 'accept':
      if (referral.state === 'accepted')
        throw new Refused('referral-accepted', 'You have accepted this referral already.');
      return { state: 'accepted', takenBy: readerId };
    case 'answer':
      return { state: 'answered', takenBy: readerId };
    case 'decline':
      return referral.to === null ? { state: 'open', takenBy: null } : { state: 'declined', takenBy: null };
    case 'withdraw':
      return { state: 'withdrawn', takenBy: referral.takenBy?.id ?? null };
    default:
      throw missingCaseError(kind);
  }
}

/** Of one that is closed: whether it was this reader's. */
function wasAsked({ to, takenBy, state }: Asked, readerId: string): boolean {
  return state !== 'open' && state !== 'accepted' && (takenBy ?? to)?.id === readerId;
}
