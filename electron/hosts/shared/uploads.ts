import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { UploadService } from '../../api/deps.ts';
import { Refused } from '../../shared/errors.ts';

/**
 * Dropped files wait in `incoming/<random>` of the data folder (0700, files 0600) and are removed when their import ends;
 * what an earlier run left behind is removed at the start.
 */
export async function createUploads(dataDirectory: string): Promise<UploadService> {
  const incoming = join(dataDirectory, 'incoming');
  await rm(incoming, { recursive: true, force: true });
  return {
    async receive(files) {
      const names = files.map(({ name }) => containedName(name));
      const directory = join(incoming, randomUUID());
      const remove = (): Promise<void> => rm(directory, { recursive: true, force: true });
      try {
        for (const [index, { blob }] of files.entries()) {
          const path = join(directory, names[index] ?? '');
          await mkdir(dirname(path), { recursive: true, mode: 0o700 });
          // 'wx': two files of one name are a mistake of the sender, not a reason to lose one silently.
          await pipeline(
            Readable.fromWeb(blob.stream()),
            createWriteStream(path, { flags: 'wx', mode: 0o600 }),
          );
        }
      } catch (error) {
        await remove();
        throw error;
      }
      return { directory, remove };
    },
  };
}

/** Threat: a relative name that leaves the folder (`../x`, `/x`, `C:\x`). Throws `Refused('path-escapes')`. */
function containedName(name: string): string {
  const parts = name.split(/[/\\]/).filter((part) => part !== '' && part !== '.');
  const escapes = parts.some((part) => part === '..' || part.includes('\0') || part.includes(':'));
  if (parts.length === 0 || escapes) {
    throw new Refused(
      'path-escapes',
      'A dropped file has a name that leads out of its folder; nothing was taken.',
    );
  }
  return parts.join('/');
}
