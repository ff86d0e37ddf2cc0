import { importPaths } from '../../services/import-study.ts';
import type { RunImport } from '../../services/jobs.ts';
import { retryRefused } from '../../services/retry-refused.ts';
import type { Store } from '../../shared/ports.ts';
import { importWorkers } from '../workers/start-import-worker.ts';
import type { Product } from './product.ts';

/** Imports for the window: the same use case as the command line's, with threads of this host. */
export function importRunner(store: Store, { bundles }: Product): RunImport {
  const startWorker = importWorkers(store.directory, bundles?.importWorker);
  return ({ how = 'paths', paths, ...request }, onProgress, signal) => {
    const parts = { ...request, store, startWorker, onProgress, signal };
    if (how === 'refused-again') return retryRefused(parts);
    // Of a watched folder only what is whole: files that a DICOMDIR names may still be on their way.
    return importPaths({ ...parts, paths, ...(how === 'watched' ? { followDicomdir: false } : {}) });
  };
}
