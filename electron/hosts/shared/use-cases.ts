import type {
  ClaimService,
  FrameService,
  ReadingService,
  RevealedService,
  StudyService,
} from '../../api/deps.ts';
import type { AnalysisQueue } from '../../services/analysis-queue.ts';
import { assessDifference } from '../../services/assess-difference.ts';
import { claimStudy, releaseClaim, requireUntaken } from '../../services/claim-study.ts';
import { commitRead } from '../../services/commit-read.ts';
import type { EventHub } from '../../services/events.ts';
import { exportPdf } from '../../services/export-report.ts';
import { instanceSlab, seriesSlab, type SlabDeps } from '../../services/frames-slab.ts';
import { currentRead, openStudy } from '../../services/open-study.ts';
import type { ReadingPartsWithPixels } from '../../services/reading-parts.ts';
import { removeStudy } from '../../services/remove-study.ts';
import { revealComparison, revealMap } from '../../services/reveal-comparison.ts';
import { saveRead } from '../../services/save-read.ts';
import { stateFacts } from '../../services/state-facts.ts';
import type { Decoder, Store } from '../../shared/ports.ts';

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
      const read = openStudy(parts, study, readerId);
      parts.decoder.warm();
      analysis.first(study);
      return read;
    },
    current: (study, readerId) => currentRead(parts, study, readerId),
    save: (study, readerId, { before, ...content }) => saveRead(parts, study, readerId, content, before),
    commit: (study, readerId, request) => commitRead(parts, study, readerId, request),
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
    assess: (study, readerId, itemId, assessment) =>
      assessDifference(parts, study, readerId, itemId, assessment),
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
