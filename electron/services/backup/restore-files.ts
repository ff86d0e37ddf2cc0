import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackupManifest } from '../../shared/backup.ts';
import { Cancelled } from '../../shared/errors.ts';
import type { CancelSignal } from '../../shared/ports.ts';
import { copyFile, hashFile, toDiscError, tryLink } from './files.ts';
import { backupFiles, damaged } from './layout.ts';

export interface RestoreFilesRequest {
  readonly backup: string;
  readonly manifest: BackupManifest;
  /** An empty folder. */
  readonly into: string;
  /** `link`: images share the backup's files, for a trial that nobody writes to; what cannot be linked is copied. */
  readonly how: 'copy' | 'link';
  readonly onProgress?: (share: number) => void;
  readonly signal?: CancelSignal;
}

/** Every file of the backup, each with the size and the SHA-256 that its list says. Throws Refused `backup-damaged`. */
export async function restoreFiles(request: RestoreFilesRequest): Promise<void> {
  const { backup, manifest, into, how, onProgress, signal } = request;
  const made = new Set<string>();
  let done = 0;
  for await (const { path, bytes, sha256 } of backupFiles(backup, manifest)) {
    if (signal?.aborted === true) throw new Cancelled();
    const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
    const source = join(backup, path);
    const target = join(into, path);
    try {
      if (!made.has(folder)) await mkdir(join(into, folder), { recursive: true, mode: 0o700 });
    } catch (cause) {
      throw toDiscError(cause, into);
    }
    made.add(folder);
    const isImage = path.startsWith('blobs/');
    const found = await readOrCopy(request, source, target, how === 'link' && isImage);
    if (found === null) throw damaged(backup, `the file ${path} is not there or cannot be read`);
    if (found.sha256 !== sha256 || found.bytes !== bytes) {
      throw damaged(backup, `the content of ${path} is not the one that was written (SHA-256 differs)`);
    }
    done += 1;
    onProgress?.(done / manifest.files.count);
  }
}

/** Null where the backup's file is not there or cannot be read. */
async function readOrCopy(
  { into, signal }: RestoreFilesRequest,
  source: string,
  target: string,
  link: boolean,
): Promise<{ bytes: number; sha256: string } | null> {
  // First of all whether it can be read, so that what goes wrong after that is the target's.
  if (link && tryLink(source, target)) {
    try {
      return await hashFile(target, signal);
    } catch (cause) {
      if (cause instanceof Cancelled) throw cause;
      return null;
    }
  }
  try {
    return await copyFile(source, target, signal);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && 'path' in cause && cause.path === source) return null;
    if (cause instanceof Error && 'code' in cause && cause.code === 'EIO') return null;
    throw toDiscError(cause, into);
  }
}
