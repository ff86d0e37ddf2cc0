import { resolve } from 'node:path';
import type { Device, StudyResult } from '../shared/analysis.ts';
import type { Refusal } from '../shared/imports.ts';
import type { CancelSignal, Engine, Store } from '../shared/ports.ts';
import type { Stated } from '../shared/study.ts';
import { type FoundStudy, findStudies } from './analyze-files.ts';
import { inOrder } from './analyze-in-order.ts';
import { keepLooseRecord } from './analyze-records.ts';
import type { AnalyzedStudy } from './analyze-study.ts';
import { auditedModels } from './audited-models.ts';

export interface AnalyzePathsRequest {
  /** Files, or folders that are walked. */
  readonly paths: readonly string[];
  readonly engine: Engine;
  /** Where records are kept, so that `replay` can work; null keeps none, and results then carry no record id. */
  readonly store: Store | null;
  readonly modelIds: readonly string[] | null;
  readonly device: Device;
  /** Facts that hold for each of the call, as for `import`. */
  readonly stated: Stated;
  readonly actor: string;
  /** Whether to make masks and heatmaps (`--out`); they are given to `onStudy` and not kept. */
  readonly withMaps: boolean;
  /** Whether to make occlusion maps as well (`--occlusion`): about 120 runs of the model an image. */
  readonly withOcclusion?: boolean;
  /** Called once a study, as each is done; so that maps need not be held. */
  readonly onStudy?: (study: AnalyzedStudy) => void | Promise<void>;
  readonly signal?: CancelSignal;
}

export interface AnalyzedPaths {
  /** In the order in which the studies were met. */
  readonly results: StudyResult[];
  /** Files that were not read, with why. */
  readonly refused: readonly Refusal[];
}

async function analyzeFound(request: AnalyzePathsRequest, study: FoundStudy): Promise<StudyResult> {
  const {
    engine,
    store,
    modelIds,
    device,
    withMaps,
    withOcclusion = false,
    actor,
    onStudy,
    signal,
  } = request;
  const { studyInstanceUID, inputs, stated, paths } = study;
  const outcomes = await engine.analyze(
    {
      studyInstanceUID,
      inputs,
      stated,
      modelIds,
      device,
      withMaps,
      withOcclusion,
      withOutputs: store !== null,
    },
    signal,
  );
  const results = [];
  for (const { record, outputs } of outcomes) {
    if (store !== null) {
      const absolute = paths.map((path) => resolve(path));
      await keepLooseRecord(store, record, { paths: absolute, stated, outputs });
    }
    results.push(store === null ? { ...record.result, recordId: null } : record.result);
  }
  store?.audit.append({
    actor,
    action: 'analyze',
    studyInstanceUID,
    detail: {
      device,
      fromFiles: inputs.length,
      models: auditedModels(outcomes),
    },
  });
  const result = { studyInstanceUID, results };
  await onStudy?.({ result, maps: outcomes.flatMap(({ maps }) => maps) });
  return result;
}

/**
 * Reads files that need not be in the store; the files of one study make one result. A plain image (PNG, JPEG, TIFF) that was imported
 * is read with what was stated then.
 *
 * @throws Refused `model-unknown`; Cancelled. A file that cannot be taken is listed and stops nothing.
 */
export async function analyzePaths(request: AnalyzePathsRequest): Promise<AnalyzedPaths> {
  // Its process starts while the files are read.
  request.engine.start();
  const found = await findStudies(request.paths, request.stated, request.store, request.signal);
  try {
    const results = await inOrder(found.studies, (study) => analyzeFound(request, study));
    return { results, refused: found.refused };
  } finally {
    await found.clear();
  }
}
