import { randomUUID } from 'node:crypto';
import { noteVerified } from '../../services/backup/layout.ts';
import { makeBackup, prepareTarget } from '../../services/backup/make-backup.ts';
import { pruneBackups } from '../../services/backup/prune-backups.ts';
import { verifyBackup } from '../../services/backup/verify-backup.ts';
import type { BackupReport } from '../../shared/backup.ts';
import { Unavailable } from '../../shared/errors.ts';
import type { CancelSignal, Store } from '../../shared/ports.ts';
import { openStore } from '../../store/open-store.ts';
import { holdPath } from './instance-lock.ts';
import { product, systemClock } from './product.ts';

export interface BackupRequest {
  readonly store: Store;
  readonly target: string;
  readonly actor: string;
  /** Restored into a folder of its own and checked. */
  readonly verify: boolean;
  /** Of whole backups, the new one among them; null: all. */
  readonly keep: number | null;
  readonly onProgress?: (share: number) => void;
  readonly signal?: CancelSignal;
}

/** One at a time a folder. Throws Unavailable `backup-busy`. */
export async function holdTarget(target: string): Promise<() => Promise<void>> {
  const release = await holdPath(target);
  if (release !== null) return release;
  throw new Unavailable(
    'backup-busy',
    `Another process of Overread works on the backups in ${target}. Try again when it is done.`,
  );
}

/**
 * A backup as the command line, the window and the schedule make it: made, verified by restoring, and only where it is good are the oldest
 * ones beyond `keep` removed.
 *
 * @throws As `makeBackup` and `verifyBackup`; Unavailable `backup-busy`.
 */
export async function backUp(request: BackupRequest): Promise<BackupReport> {
  const { store, actor, verify, keep, onProgress, signal } = request;
  const target = await prepareTarget(store, request.target);
  const release = await holdTarget(target);
  const half = verify ? 0.5 : 1;
  const cancel = signal === undefined ? {} : { signal };
  try {
    const made = await makeBackup({
      store,
      target,
      clock: systemClock,
      newId: randomUUID,
      build: product().version,
      actor,
      hashShared: verify,
      onProgress: (share) => onProgress?.(share * half),
      ...cancel,
    });
    const verification = verify
      ? await verifyBackup({
          backup: made.path,
          open: (directory) => openStore({ directory }),
          onProgress: (share) => onProgress?.(half + share * (1 - half)),
          ...cancel,
        })
      : null;
    const good = verification?.every(({ ok }) => ok) ?? true;
    if (verification !== null) await noteVerified(made.path, systemClock.now(), good);
    const removed = keep !== null && good ? await pruneBackups(target, keep) : [];
    return { ...made, verification, removed };
  } finally {
    await release();
  }
}
