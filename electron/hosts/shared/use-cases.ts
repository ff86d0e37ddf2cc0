import type {
  ActivityService,
  BackupService,
  ClaimService,
  FrameService,
  ReadingService,
  RevealedService,
  StudyService,
} from '../../api/deps.ts';
import type { AnalysisQueue } from '../../services/analysis-queue.ts';
import { addAddendum } from '../../services/add-addendum.ts';
import { addendumDraft, saveAddendumDraft } from '../../services/addendum-draft.ts';
import { assessDifference } from '../../services/assess-difference.ts';
import { claimStudy, releaseClaim, requireUntaken } from '../../services/claim-study.ts';
import { commitRead } from '../../services/commit-read.ts';
import type { EventHub } from '../../services/events.ts';
import { exportPdf } from '../../services/export-report.ts';
import { instanceSlab, seriesSlab, type SlabDeps } from '../../services/frames-slab.ts';
import { currentRead, openStudy } from '../../services/open-study.ts';
import { otherReads, reviewRead } from '../../services/peer-review.ts';
import type { ReadingPartsWithPixels } from '../../services/reading-parts.ts';
import { removeStudy } from '../../services/remove-study.ts';
import { revealComparison, revealMap } from '../../services/reveal-comparison.ts';
import { saveRead } from '../../services/save-read.ts';
import { showAi, shownAi } from '../../services/show-ai.ts';
import { noteTriage } from '../../services/triage.ts';
import { mayHearOf, steerStudyWork, studyWork } from '../../services/study-work.ts';
import type { FolderWatch } from '../../services/watch-folders.ts';
import { stateFacts } from '../../services/state-facts.ts';
import type { Decoder, Store } from '../../shared/ports.ts';
import type { SelfTestRun } from './self-test.ts';

export function studyService(store: Store, analysis: AnalysisQueue): StudyService {
  return {
    list: (query) => store.studies.list(query),
    detail: (study, readerId) => store.studies.detail(study, readerId),
    modalities: () => store.studies.modalities(),
    setPriority(study, priority, actor) {
      store.studies.setPriority(study, priority, actor);
    },
    state(study, stated, actor) {
      stateFacts(store, study, stated, actor);
      analysis.again(study);
    },
    remove(study, confirm, actor) {
      analysis.forget(study);
      removeStudy(store, study, confirm, actor);
    },
  };
}

export function claimService(store: Store): ClaimService {
  return {
    claim: (study, readerId, how) => claimStudy(store, study, readerId, how),
    release: (study, claimId) => releaseClaim(store, study, claimId),
    requireUntaken: (study, readerId) => requireUntaken(store, study, readerId),
  };
}

export function readingService(parts: ReadingPartsWithPixels, analysis: AnalysisQueue): ReadingService {
  return {
    open(study, readerId) {
      const read = noteTriage(parts, openStudy(parts, study, readerId));
      parts.decoder.warm();
      analysis.first(study);
      return read;
    },
    current: (study, readerId) => currentRead(parts, study, readerId),
    save: (study, readerId, { before, ...content }) => saveRead(parts, study, readerId, content, before),
    commit: (study, readerId, request) => commitRead(parts, study, readerId, request),
    isShown: (study, readerId) => (parts.store.reads.find(study, readerId)?.aiShownAt ?? null) !== null,
    isCommitted: (study, readerId) => parts.store.reads.find(study, readerId)?.status === 'committed',
  };
}

export function revealedService(
  parts: ReadingPartsWithPixels,
  analysis: AnalysisQueue,
  build: string,
): RevealedService {
  return {
    comparison(study, readerId) {
      const comparison = revealComparison(parts, study, readerId);
      // Whoever waits for a model must not wait for one that nobody has asked.
      if (comparison.aiState === 'waiting') analysis.first(study);
      return comparison;
    },
    showAi(study, readerId) {
      const comparison = showAi(parts, study, readerId);
      if (comparison.aiState === 'waiting') analysis.first(study);
      return comparison;
    },
    shownAi: (study, readerId) => shownAi(parts, study, readerId),
    assess: (study, readerId, itemId, assessment) =>
      assessDifference(parts, study, readerId, itemId, assessment),
    otherReads: (study, readerId) => otherReads(parts, study, readerId),
    review: (study, readerId, readId, review) => reviewRead(parts, study, readerId, readId, review),
    addAddendum: (study, readerId, text, id) => addAddendum(parts, study, readerId, text, id),
    addendumDraft: (study, readerId) => addendumDraft(parts, study, readerId),
    saveAddendumDraft: (study, readerId, text) => saveAddendumDraft(parts, study, readerId, text),
    map: (study, readerId, address) => revealMap(parts, study, readerId, address),
    report: (studyInstanceUID, readerId) =>
      exportPdf(parts, { studyInstanceUID, readerId, actor: readerId, build }),
  };
}

export function frameService(store: Store, decoder: Decoder, events: EventHub): FrameService {
  const depsOf = (readerId: string | null): SlabDeps => ({
    studies: store.studies,
    decoder,
    flagged: (studyInstanceUID) => events.publish({ type: 'study-changed', studyInstanceUID }),
    readerId,
  });
  return {
    series: (uid, readerId, from, count, signal, stack) =>
      seriesSlab(depsOf(readerId), uid, from, count, signal, stack),
    instance: (uid, readerId, from, count, signal) =>
      instanceSlab(depsOf(readerId), uid, from, count, signal),
  };
}

export function activityService(parts: {
  readonly store: Store;
  readonly analysis: AnalysisQueue;
  readonly background: boolean;
  readonly selfTest: SelfTestRun;
  readonly watching: FolderWatch | null;
  readonly backups: Pick<BackupService, 'state'>;
}): ActivityService {
  const { background, selfTest, watching, backups } = parts;
  return {
    current: (readerId, open) => ({
      background,
      selfTest: selfTest.state(),
      watched: watching?.state() ?? [],
      backup: backups.state(),
      studies: studyWork(parts, readerId, open),
    }),
    runSelfTest: () => selfTest.run(),
    stopSelfTest: () => selfTest.stop(),
    watchAgain: () => watching?.again(),
    steer: (study, readerId, what) => steerStudyWork(parts, study, readerId, what),
    mayHearOf: (study, readerId) => mayHearOf(parts, study, readerId),
  };
}
