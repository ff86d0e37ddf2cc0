import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutputMap } from '../shared/analysis.ts';

/** `<SOPInstanceUID>.<model id>.<output>.png`, as the command line's contract has it. */
export function mapFileName(map: Pick<OutputMap, 'sopInstanceUID' | 'modelId' | 'outputId'>): string {
  return `${map.sopInstanceUID}.${map.modelId}.${map.outputId}.png`;
}

/** Writes each map into a folder, which is made where it is not there (`analyze --out DIR`). Gives the paths. */
export async function writeMaps(directory: string, maps: readonly OutputMap[]): Promise<string[]> {
  await mkdir(directory, { recursive: true });
  const paths: string[] = [];
  for (const map of maps) {
    const path = join(directory, mapFileName(map));
    await writeFile(path, map.png, { mode: 0o600 });
    paths.push(path);
  }
  return paths;
}
