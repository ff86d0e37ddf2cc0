import type { Device, StudyResult } from '../shared/analysis.ts';
import { Bug } from '../shared/errors.ts';
import type { Refusal } from '../shared/imports.ts';
import type { CancelSignal, Engine, Store } from '../shared/ports.ts';
import type { Stated } from '../shared/study.ts';
import type { AnalyzedStudy } from './analyze-study.ts';

export interface AnalyzePathsRequest {
  /** Files, or folders that are walked. */
  readonly paths: readonly string[];
  readonly engine: Engine;
  /** Where records are kept, so that `replay` can work; null keeps none. */
  readonly store: Store | null;
  readonly modelIds: readonly string[] | null;
  readonly device: Device;
  /** Facts that hold for each of the call, as for `import`. */
  readonly stated: Stated;
  readonly actor: string;
  /** Whether to make masks and heatmaps (`--out`); they are given to `onStudy` and not kept. */
  readonly withMaps: boolean;
  /** Called once a study, as each is done; so that maps need not be held. */
  readonly onStudy?: (study: AnalyzedStudy) => void | Promise<void>;
  readonly signal?: CancelSignal;
}

export interface AnalyzedPaths {
  /** In the order in which the studies were met. */
  readonly results: StudyResult[];
  /** Files that were not read, with why. */
  readonly refused: Refusal[];
}

/** Reads files that need not be in the store; files of one study make one result. */
export function analyzePaths(_request: AnalyzePathsRequest): Promise<AnalyzedPaths> {
  return Promise.reject(new Bug('analyze-paths is not built yet'));
}
