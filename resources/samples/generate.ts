import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { ctSample } from './ct-sample.ts';
import { radiographSample } from './radiograph-sample.ts';

/**
 * Writes the sample studies: a chest CT phantom as a series, and a radiograph projected from the same phantom. Both are made by
 * calculation alone, the same on every machine, and marked SYNTHETIC in their pixels' corner and their tags.
 *
 * @returns The paths of the files.
 */
export async function generateSamples(directory: string): Promise<string[]> {
  const paths: string[] = [];
  const write = (folder: string, { name, bytes }: { name: string; bytes: Uint8Array }): void => {
    const path = join(directory, folder, name);
    mkdirSync(join(directory, folder), { recursive: true, mode: 0o700 });
    writeFileSync(path, bytes, { mode: 0o600 });
    chmodSync(path, 0o600);
    paths.push(path);
  };
  for (const file of ctSample()) {
    write('chest-ct', file);
    // Others on this thread get their turn between two slices.
    await setImmediate();
  }
  write('chest-radiograph', radiographSample());
  return paths;
}
