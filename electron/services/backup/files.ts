import { createHash } from 'node:crypto';
import { linkSync, statSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Cancelled, OverreadError, Unavailable } from '../../shared/errors.ts';
import type { CancelSignal } from '../../shared/ports.ts';

const CHUNK = 1 << 20;

/** Brings what a disc says into words that a person can act on. */
export function toDiscError(cause: unknown, where: string): unknown {
  if (cause instanceof OverreadError || !(cause instanceof Error) || !('code' in cause)) return cause;
  const code = String(cause.code);
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return new Unavailable(
      'disk-full',
      `There is no space left at ${where} (${code}). Nothing of this was kept; earlier backups are as they were. Free some space or choose another disc, then try again.`,
      undefined,
      cause,
    );
  }
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENOENT'].includes(code)) {
    return new Unavailable(
      'folder-not-writable',
      `${where} cannot be written (${code}). Check that the disc is there, that it may be written and whose it is, or choose another folder.`,
      undefined,
      cause,
    );
  }
  return cause;
}

async function copyInto(to: FileHandle, from: FileHandle, signal?: CancelSignal) {
  const hash = createHash('sha256');
  const buffer = new Uint8Array(CHUNK);
  let bytes = 0;
  for (;;) {
    if (signal?.aborted === true) throw new Cancelled();
    const { bytesRead } = await from.read(buffer, 0, CHUNK, bytes);
    if (bytesRead === 0) break;
    const part = buffer.subarray(0, bytesRead);
    hash.update(part);
    let done = 0;
    while (done < bytesRead)
      done += (await to.write(part, done, bytesRead - done, bytes + done)).bytesWritten;
    bytes += bytesRead;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Copies a file (0600) and has it on the disc before it answers. Gives size and SHA-256 of what was read. A copy that fails leaves nothing. */
export async function copyFile(
  source: string,
  target: string,
  signal?: CancelSignal,
): Promise<{ bytes: number; sha256: string }> {
  const from = await open(source, 'r');
  try {
    const to = await open(target, 'wx', 0o600);
    try {
      const copied = await copyInto(to, from, signal);
      await to.sync();
      return copied;
    } catch (cause) {
      await unlink(target).catch(() => undefined);
      throw cause;
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

/** Size and SHA-256 of a file. */
export async function hashFile(
  path: string,
  signal?: CancelSignal,
): Promise<{ bytes: number; sha256: string }> {
  const file = await open(path, 'r');
  try {
    const hash = createHash('sha256');
    const buffer = new Uint8Array(CHUNK);
    let bytes = 0;
    for (;;) {
      if (signal?.aborted === true) throw new Cancelled();
      const { bytesRead } = await file.read(buffer, 0, CHUNK, bytes);
      if (bytesRead === 0) return { bytes, sha256: hash.digest('hex') };
      hash.update(buffer.subarray(0, bytesRead));
      bytes += bytesRead;
    }
  } finally {
    await file.close();
  }
}

/** True where the file has a second name now; false where this disc has no such links, or the file is not there. */
export function tryLink(source: string, target: string): boolean {
  try {
    linkSync(source, target);
    return true;
  } catch {
    // ENOENT, EXDEV, EPERM, EMLINK, ENOTSUP: whatever keeps it from being linked, it is copied.
    return false;
  }
}

/** Has a folder's own entries on the disc; a no-op where the system does not do that for folders (Windows). */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } catch (cause) {
    // Some network file systems refuse it for folders; the files themselves are synced.
    if (!(cause instanceof Error && 'code' in cause && ['EINVAL', 'ENOTSUP'].includes(String(cause.code))))
      throw cause;
  } finally {
    await folder.close();
  }
}

/** Every plain file below a folder as 'a/b/c', in order; links and what is half written (names with a leading dot) are left out. */
export async function* filesBelow(folder: string, inside = ''): AsyncGenerator<string> {
  const entries = await readdir(join(folder, inside), { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue;
    const path = inside === '' ? entry.name : `${inside}/${entry.name}`;
    if (entry.isDirectory()) yield* filesBelow(folder, path);
    else if (entry.isFile()) yield path;
  }
}

/**
 * Makes a folder (0700) and those above it that are missing, each by one attempt. (Node's own recursive form tries for ever where a file
 * system answers 'no such file' to a folder being made, as /proc does.)
 */
export async function makeFolders(path: string): Promise<void> {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return;
  const above = dirname(path);
  if (above !== path) await makeFolders(above);
  await mkdir(path, { mode: 0o700 });
}
