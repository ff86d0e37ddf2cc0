import { importPaths } from '../../services/import-study.ts';
import type { RunImport } from '../../services/jobs.ts';
import type { Store } from '../../shared/ports.ts';
import { importWorkers } from '../workers/start-import-worker.ts';
import type { Product } from './product.ts';

/** Imports for the window: the same use case as the command line's, with threads of this host. */
export function importRunner(store: Store, { bundles }: Product): RunImport {
  const startWorker = importWorkers(store.directory, bundles?.importWorker);
  return ({ importId, paths, stated, actor }, onProgress, signal) =>
    importPaths({ store, startWorker, importId, paths, stated, actor, onProgress, signal });
}
