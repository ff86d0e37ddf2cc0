import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BackupCheck, BackupManifest } from '../../shared/backup.ts';
import { OverreadError } from '../../shared/errors.ts';
import type { CancelSignal, Store } from '../../shared/ports.ts';
import { verifyStore } from '../verify-store.ts';
import { toDiscError } from './files.ts';
import { readBackupManifest } from './layout.ts';
import { restoreFiles } from './restore-files.ts';

export type OpenStore = (directory: string) => Store;

export interface VerifyBackupRequest {
  readonly backup: string;
  /** Opens a restored data folder, as the product does. */
  readonly open: OpenStore;
  readonly onProgress?: (share: number) => void;
  readonly signal?: CancelSignal;
}

/** The trail of a restored folder goes at least as far as it did when the backup was made, by the very same link. */
function trailCheck(store: Store, { audit }: BackupManifest): BackupCheck {
  const { entries } = store.audit.verify();
  const link = audit.entries === 0 ? undefined : store.audit.list(1, Math.max(0, entries - audit.entries))[0];
  const ok = entries >= audit.entries && (audit.entries === 0 || link?.hash === audit.lastHash);
  return {
    name: 'audit trail’s end',
    ok,
    detail: ok
      ? `its last link is that of the backup's moment (${audit.entries} entries)`
      : `the backup was made at entry ${audit.entries} (${audit.lastHash.slice(0, 12)}…), and that link is not here: the trail was cut off or changed`,
  };
}

/**
 * The product's own checks of a restored folder: the chain of the audit trail and its end, the signatures of committed reads, the files.
 * Files that the backup says were missing already are no fault of it, and are told.
 */
export async function checkRestored(
  store: Store,
  manifest: BackupManifest,
  signal?: CancelSignal,
): Promise<BackupCheck[]> {
  // Each file's hash was checked on its way into the folder.
  const checks = await verifyStore(store, { signal });
  const missing = manifest.missing.length;
  return [
    ...checks.map((check) =>
      check.name === 'files' && !check.ok && missing > 0
        ? {
            ...check,
            ok: check.detail.startsWith('of ') && countBad(check.detail) <= missing,
            detail: `${check.detail}; ${missing} were missing or damaged in the data folder when the backup was made`,
          }
        : check,
    ),
    trailCheck(store, manifest),
  ];
}

/** 'of 12 files 2 are missing or unreadable and 1 differ …' → 3 */
function countBad(detail: string): number {
  const found = /files (\d+) are missing or unreadable and (\d+) differ/.exec(detail);
  return Number(found?.[1] ?? Number.POSITIVE_INFINITY) + Number(found?.[2] ?? 0);
}

/**
 * Restores a backup into a folder beside it (its images as hard links where the disc has them), opens it as the product does, and runs the
 * product's checks on it. The backup is not changed, and the folder is gone afterwards.
 *
 * @returns Never empty; a check that is not `ok` where the backup is damaged.
 * @throws Refused `backup-unknown`; Unavailable `disk-full`, `folder-not-writable`; Cancelled.
 */
export async function verifyBackup(request: VerifyBackupRequest): Promise<BackupCheck[]> {
  const { backup, open, signal, onProgress } = request;
  const manifest = await readBackupManifest(backup);
  const trial = join(dirname(backup), `.verify-${manifest.id}`);
  const parts = {
    backup,
    manifest,
    into: trial,
    how: 'link' as const,
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(signal === undefined ? {} : { signal }),
  };
  try {
    await rm(trial, { recursive: true, force: true });
    await mkdir(trial, { mode: 0o700 });
    await restoreFiles(parts);
    const store = open(trial);
    try {
      const whole = {
        name: 'content',
        ok: true,
        detail: `${manifest.files.count} files, each with the SHA-256 that it had`,
      };
      return [whole, ...(await checkRestored(store, manifest, signal))];
    } finally {
      store.close();
    }
  } catch (cause) {
    const error = toDiscError(cause, dirname(backup));
    if (
      error instanceof OverreadError &&
      (error.code === 'backup-damaged' || error.code === 'data-damaged')
    ) {
      return [{ name: 'content', ok: false, detail: error.message }];
    }
    throw error;
  } finally {
    await rm(trial, { recursive: true, force: true });
  }
}
