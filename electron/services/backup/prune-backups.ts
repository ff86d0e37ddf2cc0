import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isBad, listBackups } from './layout.ts';

/**
 * Removes the oldest whole backups beyond `keep`; files that newer ones share stay. What is damaged or cannot be read does not count, and is
 * left alone: a person may want it, and it must not push a good one out.
 *
 * @returns The ids of those that are gone.
 */
export async function pruneBackups(target: string, keep: number): Promise<string[]> {
  const { backups } = await listBackups(target);
  const removed: string[] = [];
  for (const { id, path } of backups.filter((one) => !isBad(one)).slice(keep)) {
    // By another name first: one that is half removed is no backup.
    const going = join(target, `.removing-${id}`);
    await rename(path, going);
    await rm(going, { recursive: true, force: true });
    removed.push(id);
  }
  return removed;
}
