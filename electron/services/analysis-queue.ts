import type { Device } from '../shared/analysis.ts';
import { Bug } from '../shared/errors.ts';
import type { Engine, Store } from '../shared/ports.ts';

export interface AnalysisQueueOptions {
  readonly store: Store;
  readonly engine: Engine;
  readonly device?: Device;
}

/**
 * Reads studies in the background for the window's host. It has no events and no state that a route could ask for: before the
 * commit, the window must not learn so much as whether a model has run.
 */
export interface AnalysisQueue {
  /** Finds the studies that lack a result of an installed pack's version and works through them. */
  start(): void;
  /** New studies, after an import. */
  add(studyInstanceUIDs: readonly string[]): void;
  /** The study that a reader has opened goes before the others. */
  first(studyInstanceUID: string): void;
  /** Facts of the study were stated anew: its results are made again. */
  again(studyInstanceUID: string): void;
  /** The study is being removed: stops work on it. */
  forget(studyInstanceUID: string): void;
  /** Resolves once nothing waits or runs. */
  settled(): Promise<void>;
  /** Stops after cancelling what runs; the engine is left to its owner. */
  close(): Promise<void>;
}

export function createAnalysisQueue(_options: AnalysisQueueOptions): AnalysisQueue {
  throw new Bug('analysis-queue is not built yet');
}
