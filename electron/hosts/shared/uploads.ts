import { createWriteStream } from 'node:fs';
import { mkdir, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { UploadService } from '../../api/deps.ts';
import { Refused, Unavailable } from '../../shared/errors.ts';

/** What must stay free beside the files: the database grows with them, and a full disk stops everything. */
const SPARE_BYTES = 256 * 1024 * 1024;
/** A window sends one drop at a time; what is more was left behind by pages that were closed. */
const MOST_OPEN = 8;

/**
 * Dropped files wait in `incoming/<random>` of the data folder (0700, files 0600), each streamed to the disk as it comes, and are
 * removed when their import ends; what an earlier run left behind is removed at the start.
 */
export async function createUploads(dataDirectory: string, newId: () => string): Promise<UploadService> {
  const incoming = join(dataDirectory, 'incoming');
  await rm(incoming, { recursive: true, force: true });
  /** Folder by id, the oldest first. */
  const open = new Map<string, string>();

  const folderOf = (id: string): string => {
    const directory = open.get(id);
    if (directory === undefined)
      throw new Refused('upload-unknown', 'This upload has ended or was dropped: drop the files again.');
    return directory;
  };
  const discard = async (id: string): Promise<void> => {
    const directory = open.get(id);
    open.delete(id);
    if (directory !== undefined) await rm(directory, { recursive: true, force: true });
  };

  return {
    async begin(bytes) {
      const { bavail, bsize } = await statfs(dataDirectory);
      // Twice: once while they wait, once in the store.
      if (2 * bytes + SPARE_BYTES > bavail * bsize) {
        throw new Unavailable(
          'disk-full',
          `There is not enough free disk space for this: it takes ${gib(2 * bytes + SPARE_BYTES)}, ${gib(bavail * bsize)} are free. ` +
            'Free some space, or import the folder by its path, which takes half of it.',
        );
      }
      for (const id of [...open.keys()].slice(0, Math.max(0, open.size + 1 - MOST_OPEN))) await discard(id);
      const id = newId();
      const directory = join(incoming, id);
      await mkdir(directory, { recursive: true, mode: 0o700 });
      open.set(id, directory);
      return id;
    },
    async write(id, name, body) {
      const path = join(folderOf(id), containedName(name));
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      try {
        // 'wx': two files of one name are a mistake of the sender, not a reason to lose one silently.
        await pipeline(
          body === null ? Readable.from([]) : Readable.fromWeb(body),
          createWriteStream(path, { flags: 'wx', mode: 0o600 }),
        );
      } catch (thrown) {
        throw await writeError(thrown, path);
      }
    },
    take(id) {
      const directory = folderOf(id);
      // From now on it is the import's to remove.
      open.delete(id);
      return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
    },
    discard,
  };
}

async function writeError(thrown: unknown, path: string): Promise<unknown> {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : '';
  if (code === 'EEXIST')
    return new Refused('name-twice', 'Two dropped files have the same name and folder; nothing was taken.');
  // Half a file must not be read as a whole one.
  await rm(path, { force: true });
  if (code === 'ENOSPC')
    return new Unavailable(
      'disk-full',
      'The disk is full; nothing was taken. Free some space, then drop the files again.',
    );
  return thrown;
}

const gib = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;

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
