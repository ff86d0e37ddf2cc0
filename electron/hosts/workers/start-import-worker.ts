import { Worker } from 'node:worker_threads';
import type { FromImportWorker, StartImportWorker } from '../../services/import-port.ts';

/**
 * Starts import threads for a data folder.
 *
 * @param directory The store's folder.
 * @param file The thread's file: beside this one in a checkout, another in a bundle.
 */
export function importWorkers(
  directory: string,
  file = new URL('./import-worker.ts', import.meta.url),
): StartImportWorker {
  return () => {
    const worker = new Worker(file, { workerData: { directory } });
    return {
      send: (message) => worker.postMessage(message),
      onMessage: (listener) => worker.on('message', (message: FromImportWorker) => listener(message)),
      onDeath(listener) {
        let why = 'it ended';
        worker.on('error', (error) => {
          why = error instanceof Error ? error.message : String(error);
        });
        worker.on('exit', () => listener(why));
      },
      async stop() {
        await worker.terminate();
      },
    };
  };
}
