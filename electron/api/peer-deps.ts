import type { ConsensusAnswer, ConsensusRequest, ConsensusView } from '../shared/consensus.ts';
import type { Comparison } from '../shared/read.ts';
import type { MyTrial, GivenOpinion } from '../shared/reader-study.ts';
import type { MyTraining, TrainingFeedback, TrainingSummary } from '../shared/training.ts';
import type { TriagePage } from '../shared/triage.ts';
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

/** What two readers of a study hold together. The api asks the blind gate before it calls any of these. */
export interface ConsensusService {
  view(studyInstanceUID: string, readerId: string): ConsensusView;
  /** Throws `Refused('read-unknown' | 'consensus-changed' | 'consensus-incomplete' | 'settlement-invalid' | 'finding-outside-image')`. */
  propose(studyInstanceUID: string, readerId: string, request: ConsensusRequest): ConsensusView;
  /** Throws `Refused('consensus-unknown' | 'consensus-answered' | 'consensus-own' | 'consensus-changed')`. */
  answer(
    studyInstanceUID: string,
    readerId: string,
    consensusId: string,
    answer: ConsensusAnswer,
  ): ConsensusView;
}

/** Reader studies as their readers see them. */
export interface ReaderStudyService {
  mine(readerId: string): MyTrial[];
  /** Throws `Refused('trial-unknown' | 'trial-order' | 'washout' | 'trial-finished' | 'trial-read-invalid')`. */
  give(readerId: string, trialId: string, given: GivenOpinion): MyTrial;
  /** Throws `Refused('read-not-committed')` before the blind part is locked, and in the arm without AI. */
  ai(readerId: string, trialId: string, studyInstanceUID: string): Comparison;
}

/** Trainings as their readers see them: each the own runs alone. All throw `Refused('training-unknown')`. */
export interface TrainingService {
  mine(readerId: string): MyTraining[];
  /** Throws `Refused('training-open' | 'training-empty')`. */
  start(readerId: string, trainingId: string): MyTraining;
  /** Throws `Refused('training-closed')`. */
  end(readerId: string, trainingId: string): MyTraining;
  /** Throws `Refused('training-closed' | 'training-order' | 'trial-read-invalid')`. */
  give(readerId: string, trainingId: string, given: GivenOpinion): MyTraining;
  /** Throws `Refused('read-not-committed')` before the blind part is locked. */
  ai(readerId: string, trainingId: string, studyInstanceUID: string): Comparison;
  /** Throws `Refused('training-run-unknown' | 'training-open')`. */
  summary(readerId: string, trainingId: string, run: number): TrainingSummary;
  /** Throws `Refused('training-not-told')` before the last word on the case is locked. */
  feedback(readerId: string, trainingId: string, run: number, position: number): TrainingFeedback;
}

/** The worklist in the order of what models found: by the site's policy alone. */
export interface TriageService {
  /** Throws `Refused('triage-off')`, before it looks at anything of a model. */
  list(readerId: string, limit: number, after: string | null): TriagePage;
}
