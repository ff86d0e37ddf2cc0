import {
  type OtherRead,
  otherReadsSchema,
  type PeerReviewRequest,
} from '../../electron/shared/peer-review.ts';
import {
  type ConsensusAnswer,
  type ConsensusRequest,
  type ConsensusView,
  consensusViewSchema,
} from '../../electron/shared/consensus.ts';
import {
  type ReferralRequest,
  type ReferralStepRequest,
  type ToldReferrals,
  toldReferralsSchema,
} from '../../electron/shared/referral.ts';
import { studyAddress } from './addresses.ts';
import { json, request } from './request.ts';

/** What readers see of each other and ask each other: other reads, referrals, what two hold together. */
export const peerApi = {
  otherReads: (uid: string): Promise<OtherRead[]> =>
    request(otherReadsSchema, `${studyAddress(uid)}/other-reads`),
  reviewRead: (uid: string, readId: string, review: PeerReviewRequest): Promise<OtherRead[]> =>
    request(
      otherReadsSchema,
      `${studyAddress(uid)}/reviews/${encodeURIComponent(readId)}`,
      json('PUT', review),
    ),
  /** Before the commit only that something is asked of this reader, and what. */
  referrals: (uid: string): Promise<ToldReferrals> =>
    request(toldReferralsSchema, `${studyAddress(uid)}/referrals`),
  refer: (uid: string, asked: ReferralRequest): Promise<ToldReferrals> =>
    request(toldReferralsSchema, `${studyAddress(uid)}/referrals`, json('POST', asked)),
  stepReferral: (uid: string, id: string, step: ReferralStepRequest): Promise<ToldReferrals> =>
    request(
      toldReferralsSchema,
      `${studyAddress(uid)}/referrals/${encodeURIComponent(id)}`,
      json('PUT', step),
    ),
  consensus: (uid: string): Promise<ConsensusView> =>
    request(consensusViewSchema, `${studyAddress(uid)}/consensus`),
  proposeConsensus: (uid: string, asked: ConsensusRequest): Promise<ConsensusView> =>
    request(consensusViewSchema, `${studyAddress(uid)}/consensus`, json('POST', asked)),
  answerConsensus: (uid: string, id: string, answer: ConsensusAnswer): Promise<ConsensusView> =>
    request(
      consensusViewSchema,
      `${studyAddress(uid)}/consensus/${encodeURIComponent(id)}/answer`,
      json('POST', answer),
    ),
} as const;
