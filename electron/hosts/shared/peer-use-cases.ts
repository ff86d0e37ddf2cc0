import type { ReferralService } from '../../api/peer-deps.ts';
import { stepReferral } from '../../services/answer-referral.ts';
import type { ReadingParts } from '../../services/reading-parts.ts';
import { referStudy } from '../../services/refer-study.ts';
import { toldReferrals } from '../../services/tell-referrals.ts';

export function referralService(parts: ReadingParts): ReferralService {
  return {
    told: (study, readerId) => toldReferrals(parts, study, readerId),
    refer: (study, readerId, request) => referStudy(parts, study, readerId, request),
    step: (study, readerId, referralId, step) => stepReferral(parts, study, readerId, referralId, step),
  };
}
