import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { listBackups } from './layout.ts';

/**
 * Removes the oldest whole backups beyond `keep`; files that newer ones share stay. What cannot be read is left alone: a person may want it.
 *
 * @returns The ids of those that are gone.
 */
export async function pruneBackups(target: string, keep: number): Promise<string[]> {
  const { backups } = await listBackups(target);
  const removed: string[] = [];
  for (const { id, path } of backups.slice(keep)) {
    // By another name first: one that is half removed is no backup.
    const going = join(target, `.removing-${id}`);
    await rename(path, going);
    await rm(going, { recursive: true, force: true });
    removed.push(id);
  }
  return removed;
}
