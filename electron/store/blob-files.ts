import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
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

function isCode(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === code;
}

/** Opens a name for its first writer, or null where there is one already. */
function openNew(folder: DataFolder, sha256: string, target: string): number | null {
  const create = (): number => {
    makeFolder(folderOf(folder, sha256));
    return openSync(target, 'wx', 0o600);
  };
  try {
    return create();
  } catch (cause) {
    if (isCode(cause, 'EEXIST')) return null;
    // The folder may have been swept away as empty by hand: forget that it was there, and try once more.
    madeFolders.clear();
    if (!isCode(cause, 'ENOENT')) throw cause;
    return create();
  }
}

/**
 * Writes bytes under their SHA-256. A no-op where they already lie, which their length shows: one that is shorter was left by a killed
 * import or is being written at this moment, with the same bytes, and is written in full. So a blob is whole once this has returned,
 * and its name alone promises nothing; a row of the database names it only then, and what no row names is swept. Readable by its owner
 * alone (0600). Usable from any thread: it touches no database.
 *
 * Written in place, since a temporary name and a rename cost a sixth of an import. Not flushed to the disk one by one (3 ms each,
 * measured): after a power cut the newest blobs may be missing or short, which their length shows, `verify` finds and a new import
 * mends. A kill of the process loses nothing.
 *
 * @throws What the system says, of a full disk for one. What was written until then stays, short, for the sweep or the next import:
 * another thread may be writing the same.
 */
export function writeBlob(folder: DataFolder, bytes: Uint8Array, sha256: string): void {
  const target = blobPath(folder, sha256);
  let file = openNew(folder, sha256, target);
  const isNew = file !== null;
  if (file === null) {
    if (statSync(target, { throwIfNoEntry: false })?.size === bytes.byteLength) return;
    file = openSync(target, constants.O_WRONLY | constants.O_CREAT, 0o600);
  }
  try {
    if (umaskHurts) fchmodSync(file, 0o600);
    let done = 0;
    while (done < bytes.byteLength) done += writeSync(file, bytes, done, bytes.byteLength - done, done);
    if (!isNew && fstatSync(file).size > bytes.byteLength) ftruncateSync(file, bytes.byteLength);
  } finally {
    closeSync(file);
  }
}

/** Removes a blob; one that is gone already is fine. */
export function deleteBlob(folder: DataFolder, sha256: string): void {
  try {
    unlinkSync(blobPath(folder, sha256));
  } catch (cause) {
    if (!isCode(cause, 'ENOENT')) throw cause;
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
