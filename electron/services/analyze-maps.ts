import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutputMap } from '../shared/analysis.ts';

/** `<SOPInstanceUID>.<model id>.<output>.png`, as the command line's contract has it; of a later frame of an object `<SOPInstanceUID>.frame<n>.…`, the first is 1. */
export function mapFileName(
  map: Pick<OutputMap, 'sopInstanceUID' | 'frame' | 'modelId' | 'outputId'>,
): string {
  const frame = map.frame === 0 ? '' : `.frame${map.frame + 1}`;
  return `${map.sopInstanceUID}${frame}.${map.modelId}.${map.outputId}.png`;
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
