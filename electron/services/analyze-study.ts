import { Cancelled } from '../shared/errors.ts';
import type { Device, OutputMap, StudyResult } from '../shared/analysis.ts';
import type { AnalysisOutcome, CancelSignal, Engine, Store } from '../shared/ports.ts';
import { inOrder } from './analyze-in-order.ts';
import { auditedModels } from './audited-models.ts';
import { reopenReads } from './reopen-reads.ts';

export interface AnalyzeStudyRequest {
  readonly store: Store;
  readonly engine: Engine;
  readonly studyInstanceUID: string;
  /** Null: every installed pack. */
  readonly modelIds: readonly string[] | null;
  readonly device: Device;
  /** Reader id, or 'operator' for the command line. */
  readonly actor: string;
  readonly signal?: CancelSignal;
}

export interface AnalyzedStudy {
  readonly result: StudyResult;
  /** Masks and heatmaps, in the images' own matrices. */
  readonly maps: readonly OutputMap[];
}

/** Keeps what the models said: records, maps and the audit entry, all of them or none. */
function keep(
  { store, studyInstanceUID, device, actor }: AnalyzeStudyRequest,
  outcomes: AnalysisOutcome[],
): void {
  store.transaction(() => {
    for (const { record, maps, outputs } of outcomes) store.results.save(record, maps, outputs);
    const detail = { device, models: auditedModels(outcomes) };
    store.audit.append({ actor, action: 'analyze', studyInstanceUID, detail });
    reopenReads(store, studyInstanceUID, actor, 'new-result');
  });
}

/**
 * Reads one study of the store with every model asked for; one that does not apply abstains with its reason. The records and the maps
 * go into the store, audited as 'analyze'.
 *
 * @throws Refused `study-unknown`, `model-unknown`; Cancelled.
 */
export async function analyzeStudy(request: AnalyzeStudyRequest): Promise<AnalyzedStudy> {
  const { store, engine, studyInstanceUID, modelIds, device, signal } = request;
  const { stated } = store.studies.detail(studyInstanceUID, null);
  const inputs = store.studies.instancesOf(studyInstanceUID);
  const outcomes = await engine.analyze(
    { studyInstanceUID, inputs, stated, modelIds, device, withMaps: true },
    signal,
  );
  // Cancelled while the last message was on its way: its facts may no longer be those that are stated.
  if (signal?.aborted) throw new Cancelled();
  keep(request, outcomes);
  return {
    result: { studyInstanceUID, results: outcomes.map(({ record }) => record.result) },
    maps: outcomes.flatMap(({ maps }) => maps),
  };
}

/**
 * Several studies, one result each in the order asked for. The next study is decoded while the model reads the one before.
 *
 * @param onStudy Called as each is done; where it is given, maps need not be held.
 * @throws As `analyzeStudy`, at the first study that throws.
 */
export async function analyzeStudies(
  request: Omit<AnalyzeStudyRequest, 'studyInstanceUID'>,
  studyInstanceUIDs: readonly string[],
  onStudy: (study: AnalyzedStudy) => void | Promise<void> = () => {},
): Promise<StudyResult[]> {
  return inOrder(studyInstanceUIDs, async (studyInstanceUID) => {
    const analyzed = await analyzeStudy({ ...request, studyInstanceUID });
    await onStudy(analyzed);
    return analyzed.result;
  });
}
