import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fchmodSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join, sep } from 'node:path';
import { Bug } from '../shared/errors.ts';
import type { DataFolder } from './data-folder.ts';

const SHA256 = /^[0-9a-f]{64}$/;

/** Not `join`, which costs as much as a system call: these are made for every file of every import. */
const folderOf = (folder: DataFolder, sha256: string): string => `${folder.blobs}${sep}${sha256.slice(0, 2)}`;

/** The path of the blob with this SHA-256. Its name comes from content alone, never from a file's own name or path. */
export function blobPath(folder: DataFolder, sha256: string): string {
  if (!SHA256.test(sha256)) throw new Bug('A blob is named by a SHA-256 in lower-case hexadecimal.');
  return `${folderOf(folder, sha256)}${sep}${sha256}`;
}

/** Whether the umask would take rights from the owner; usually it does not, and a call a file is saved. */
const umaskHurts = (process.umask() & 0o600) !== 0;

/** Folders seen to exist by this thread: saves a call a file. */
const madeFolders = new Set<string>();

function makeFolder(path: string): void {
  if (madeFolders.has(path)) return;
  mkdirSync(path, { recursive: true, mode: 0o700 });
  madeFolders.add(path);
}

/**
 * Writes bytes under their SHA-256: into tmp first, then by rename, so that a blob is there whole or not at all. A no-op where it
 * already lies. Readable by its owner alone (0600). Usable from any thread: it touches no database.
 *
 * Not flushed to the disk one by one (3 ms each, measured): after a power cut the newest blobs may be missing or short, which
 * their length shows, `verify` finds and a new import mends. A kill of the process loses nothing.
 */
export function writeBlob(folder: DataFolder, bytes: Uint8Array, sha256: string): void {
  const target = blobPath(folder, sha256);
  // `existsSync` costs half of `statSync`, and almost always says no.
  if (existsSync(target) && statSync(target, { throwIfNoEntry: false })?.size === bytes.byteLength) return;
  const temporary = `${folder.temporary}${sep}${randomUUID()}`;
  const file = openSync(temporary, 'wx', 0o600);
  try {
    if (umaskHurts) fchmodSync(file, 0o600);
    let done = 0;
    while (done < bytes.byteLength) done += writeSync(file, bytes, done, bytes.byteLength - done);
  } catch (cause) {
    closeSync(file);
    unlinkSync(temporary);
    throw cause;
  }
  closeSync(file);
  try {
    makeFolder(folderOf(folder, sha256));
    renameSync(temporary, target);
  } catch (cause) {
    // The folder may have been swept away as empty by hand: forget that it was there, and try once more.
    madeFolders.clear();
    makeFolder(folderOf(folder, sha256));
    if (!existsSync(temporary)) throw cause;
    renameSync(temporary, target);
  }
}

/** Removes a blob; one that is gone already is fine. */
export function deleteBlob(folder: DataFolder, sha256: string): void {
  try {
    unlinkSync(blobPath(folder, sha256));
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw cause;
  }
}

/** Every file under `path`, two levels deep at most, with its time of change (ms since 1970). */
export function* filesUnder(path: string): Generator<{ name: string; path: string; changedAt: number }> {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) yield* filesUnder(inner);
    else {
      const stat = statSync(inner, { throwIfNoEntry: false });
      if (stat !== undefined) yield { name: entry.name, path: inner, changedAt: stat.mtimeMs };
    }
  }
}
