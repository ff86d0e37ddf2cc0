import type {
  ConsensusService,
  ReaderStudyService,
  ReferralService,
  TrainingService,
  TriageService,
} from '../../api/peer-deps.ts';
import { answerConsensus } from '../../services/answer-consensus.ts';
import { stepReferral } from '../../services/answer-referral.ts';
import { consensusView } from '../../services/consensus-view.ts';
import { proposeConsensus } from '../../services/propose-consensus.ts';
import type { ReadingParts } from '../../services/reading-parts.ts';
import { referStudy } from '../../services/refer-study.ts';
import type { AnalysisQueue } from '../../services/analysis-queue.ts';
import { giveOpinion, myTrials, trialAi } from '../../services/trial-window.ts';
import { trainingFeedback, trainingSummary } from '../../services/training-feedback.ts';
import {
  endTraining,
  giveTrainingOpinion,
  myTrainings,
  startTraining,
  trainingAi,
} from '../../services/training-window.ts';
import { triageList } from '../../services/triage.ts';
import { toldReferrals } from '../../services/tell-referrals.ts';

export function referralService(parts: ReadingParts): ReferralService {
  return {
    told: (study, readerId) => toldReferrals(parts, study, readerId),
    refer: (study, readerId, request) => referStudy(parts, study, readerId, request),
    step: (study, readerId, referralId, step) => stepReferral(parts, study, readerId, referralId, step),
  };
}

export function consensusService(parts: ReadingParts): ConsensusService {
  return {
    view: (study, readerId) => consensusView(parts, study, readerId),
    propose: (study, readerId, request) => proposeConsensus(parts, study, readerId, request),
    answer: (study, readerId, consensusId, answer) =>
      answerConsensus(parts, study, readerId, consensusId, answer),
  };
}

export function readerStudyService(
  parts: ReadingParts,
  analysis: Pick<AnalysisQueue, 'first'>,
): ReaderStudyService {
  return {
    mine: (readerId) => myTrials(parts, readerId),
    give: (readerId, trialId, given) => giveOpinion(parts, readerId, trialId, given),
    ai(readerId, trialId, study) {
      const comparison = trialAi(parts, readerId, trialId, study);
      if (comparison.aiState === 'waiting') analysis.first(study);
      return comparison;
    },
  };
}

export function trainingService(
  parts: ReadingParts,
  analysis: Pick<AnalysisQueue, 'first'>,
): TrainingService {
  return {
    mine: (readerId) => myTrainings(parts, readerId),
    start: (readerId, id) => startTraining(parts, readerId, id),
    end: (readerId, id) => endTraining(parts, readerId, id),
    give: (readerId, id, given) => giveTrainingOpinion(parts, readerId, id, given),
    ai(readerId, id, study) {
      const comparison = trainingAi(parts, readerId, id, study);
      if (comparison.aiState === 'waiting') analysis.first(study);
      return comparison;
    },
    summary: (readerId, id, run) => trainingSummary(parts, readerId, id, run),
    feedback: (readerId, id, run, position) => trainingFeedback(parts, readerId, id, run, position),
  };
}

export function triageService(parts: ReadingParts): TriageService {
  return { list: (readerId, limit, after) => triageList(parts, readerId, limit, after) };
}
