import type { ModelWork, StudyWork } from '../shared/activity.ts';
import { Refused } from '../shared/errors.ts';
import type { Store } from '../shared/ports.ts';
import type { AnalysisQueue } from './analysis-queue.ts';

/** Studies that are shown: the reader's newest commits. */
const SHOWN = 20;

export interface StudyWorkDeps {
  readonly store: Store;
  readonly analysis: Pick<AnalysisQueue, 'turnOf' | 'retry' | 'stop'>;
}

/** Blind first: the one question that everything here asks before it looks at anything of a model. */
function hasCommitted({ store }: StudyWorkDeps, studyInstanceUID: string, readerId: string | null): boolean {
  return readerId !== null && store.reads.find(studyInstanceUID, readerId)?.status === 'committed';
}

function modelWork(store: Store, studyInstanceUID: string): ModelWork[] {
  return store.results
    .latest(studyInstanceUID)
    .map(({ model, status, reason, device, recordId, timings_ms: ms }) => {
      const record = recordId === null ? undefined : store.results.record(recordId);
      return {
        model,
        status,
        reason,
        device,
        fallback: record?.runtime.fallback ?? null,
        seconds: (ms.decode + ms.preprocess + ms.run + ms.postprocess) / 1000,
        endedAt: record?.createdAt ?? '',
      };
    });
}

/**
 * The models' work on the studies that this reader has committed, newest commit first; of nothing else. While a study is open that the
 * reader has not committed, there is none at all: a prior's result must not be read beside a blind read.
 *
 * @param open The study that is on the reader's screen; null where none is.
 */
export function studyWork(deps: StudyWorkDeps, readerId: string | null, open: string | null): StudyWork[] {
  const { store, analysis } = deps;
  if (readerId === null || (open !== null && !hasCommitted(deps, open, readerId))) return [];
  return store.reads
    .committedBy(readerId, SHOWN)
    .filter((uid) => hasCommitted(deps, uid, readerId))
    .map((studyInstanceUID) => {
      const { patientName, description } = store.studies.detail(studyInstanceUID, readerId);
      return {
        studyInstanceUID,
        patientName,
        description,
        state: analysis.turnOf(studyInstanceUID),
        models: modelWork(store, studyInstanceUID),
      };
    });
}

/** Whether this reader may be told that the models' work on the study has changed. */
export function mayHearOf(deps: StudyWorkDeps, studyInstanceUID: string, readerId: string | null): boolean {
  return hasCommitted(deps, studyInstanceUID, readerId);
}

/**
 * Reads the study again where it failed, was stopped or is missing (`again`), or ends what runs and forgets what waits (`stop`).
 *
 * @throws Refused `read-not-committed`.
 */
export function steerStudyWork(
  deps: StudyWorkDeps,
  studyInstanceUID: string,
  readerId: string,
  what: 'again' | 'stop',
): void {
  if (!hasCommitted(deps, studyInstanceUID, readerId)) {
    throw new Refused(
      'read-not-committed',
      'Commit your own read first: what the models do with this study is shown after that.',
    );
  }
  if (what === 'again') deps.analysis.retry(studyInstanceUID);
  else deps.analysis.stop(studyInstanceUID);
}
