import type { Device, OutputMap, StudyResult } from '../shared/analysis.ts';
import { Bug } from '../shared/errors.ts';
import type { CancelSignal, Engine, Store } from '../shared/ports.ts';

export interface AnalyzeStudyRequest {
  readonly store: Store;
  readonly engine: Engine;
  readonly studyInstanceUID: string;
  /** Null: every installed pack. Throws `Refused('model-unknown')` for one that is not installed. */
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

/**
 * Reads one study of the store with the models whose domain fits; the record and the maps go into the store, audited as 'analyze'.
 *
 * @throws Refused `study-unknown`, `model-unknown`; Cancelled.
 */
export function analyzeStudy(_request: AnalyzeStudyRequest): Promise<AnalyzedStudy> {
  return Promise.reject(new Bug('analyze-study is not built yet'));
}
