import type { ReferralRequest, ReferralStepRequest, ToldReferrals } from '../shared/referral.ts';

/** What readers ask each other. What a reader is told before the own commit the service decides. */
export interface ReferralService {
  told(studyInstanceUID: string, readerId: string): ToldReferrals;
  /** Throws `Refused('read-not-committed' | 'reader-unknown' | 'referral-to-self' | 'item-unknown')`. */
  refer(studyInstanceUID: string, readerId: string, request: ReferralRequest): ToldReferrals;
  /** Throws `Refused('referral-unknown' | 'referral-accepted' | 'referral-closed' | 'referral-not-blind' | 'read-not-committed')`. */
  step(
    studyInstanceUID: string,
    readerId: string,
    referralId: string,
    step: ReferralStepRequest,
  ): ToldReferrals;
}
