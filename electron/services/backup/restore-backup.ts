import { existsSync, readdirSync, realpathSync, statfsSync } from 'node:fs';
import { mkdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { BackupManifest, RestoreReport } from '../../shared/backup.ts';
import { Refused, toOverreadError, Unavailable } from '../../shared/errors.ts';
import type { CancelSignal, Clock } from '../../shared/ports.ts';
import { makeFolders, syncFolder, toDiscError } from './files.ts';
import { BACKUP_NAME, damaged, findBackup, MANIFEST, namesIn, readBackupManifest } from './layout.ts';
import { restoreFiles } from './restore-files.ts';
import { checkRestored, type OpenStore } from './verify-backup.ts';

export interface RestoreBackupRequest {
  /** A backup, or the folder that holds several: then the newest whole one. */
  readonly source: string;
  /** The data folder to be. */
  readonly directory: string;
  /** What is there is moved aside, never deleted. Without it a folder that holds anything is refused. */
  readonly replace: boolean;
  readonly open: OpenStore;
  readonly clock: Clock;
  readonly actor: string;
  readonly onProgress?: (share: number) => void;
  readonly signal?: CancelSignal;
}

/** What stands where the data folder is to be: nothing, an empty folder, a policy that a site laid there, or something of somebody's. */
function whatIsThere(directory: string): 'nothing' | 'policy' | 'something' {
  if (!existsSync(directory)) return 'nothing';
  try {
    const names = readdirSync(directory);
    if (names.length === 0) return 'nothing';
    return names.every((name) => name === 'policy.json') ? 'policy' : 'something';
  } catch {
    return 'something';
  }
}

function requireRoom(parent: string, { files }: BackupManifest): void {
  let free: number;
  try {
    const { bavail, bsize } = statfsSync(parent);
    free = bavail * bsize;
  } catch {
    return;
  }
  if (free >= files.bytes) return;
  throw new Unavailable(
    'disk-full',
    `The backup holds ${Math.ceil(files.bytes / 1e6)} MB and ${parent} has ${Math.floor(free / 1e6)} MB free. Nothing was restored. Free some space, or restore to another disc with --data.`,
  );
}

/** The path as it lies on the disc, links followed as far as there is anything. */
function onDisc(path: string): string {
  if (existsSync(path) || dirname(path) === path) return existsSync(path) ? realpathSync(path) : path;
  return join(onDisc(dirname(path)), basename(path));
}

/** Whether a folder holds whole backups, its own or another's. */
function holdsBackups(folder: string): boolean {
  return namesIn(folder).some((name) => BACKUP_NAME.test(name) && existsSync(join(folder, name, MANIFEST)));
}

/** The folders above a path, the nearest first. */
function above(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [parent, ...above(parent)];
}

/**
 * Threat: data that are restored to where they are lost with the first: within the data folder that is in use, or among the backups, where
 * they would lie on the disc that is kept apart, and be taken for one of them.
 *
 * @throws Refused `restore-inside`.
 */
export function refuseInside(directory: string, backup: string): void {
  const folder = onDisc(resolve(directory));
  const backups = dirname(realpathSync(backup));
  for (const [index, parent] of above(folder).entries()) {
    const where = existsSync(join(parent, MANIFEST))
      ? `in the backup ${parent}`
      : existsSync(join(parent, 'overread.db'))
        ? `in the data folder ${parent}`
        : parent === backups || (index === 0 && holdsBackups(parent))
          ? `among the backups in ${parent}`
          : null;
    if (where !== null) {
      throw new Refused(
        'restore-inside',
        `${directory} lies ${where}. Nothing was restored. Name a folder of its own, elsewhere.`,
      );
    }
  }
}

/** Only a data folder of this program is moved aside, and none that holds the backup: anything else is somebody's. */
function refuseToMove(directory: string, backup: string): void {
  const holds = `${realpathSync(backup)}${sep}`.startsWith(`${realpathSync(directory)}${sep}`);
  if (!holds && existsSync(join(directory, 'overread.db'))) return;
  throw new Refused(
    'data-folder-not-ours',
    `${directory} ${holds ? 'holds the backup itself' : 'is no data folder of Overread'}, so that it is not moved aside. Name the data folder, or a new one, with --data.`,
  );
}

/** The name of what was there before, beside it: told to the person, who decides what becomes of it. */
async function moveAside(directory: string, at: string): Promise<string> {
  const aside = `${directory}.before-restore-${at.slice(0, 19).replaceAll(':', '')}Z`;
  await rename(directory, aside);
  return aside;
}

/**
 * Restores a backup to a data folder: written beside it, every file's hash compared on the way, opened and checked as `overread verify` does,
 * and only then given the folder's name. A store that is there is never overwritten: it is refused, or with `replace` moved aside whole. A
 * backup that is damaged is refused, and nothing is left of the attempt. The restored trail says that it was restored, from which backup.
 *
 * The caller holds the data folder, so that no window is open on it.
 *
 * @throws Refused `backup-unknown`, `backup-damaged`, `data-folder-in-use`, `data-folder-not-ours`, `restore-inside`; Unavailable `disk-full`,
 * `folder-not-writable`, `data-newer`; Cancelled.
 */
export async function restoreBackup(request: RestoreBackupRequest): Promise<RestoreReport> {
  const { replace, open, clock, actor, signal, onProgress } = request;
  const began = performance.now();
  const directory = resolve(request.directory);
  const backup = await findBackup(resolve(request.source));
  const manifest = await readBackupManifest(backup);
  refuseInside(directory, backup);
  const there = whatIsThere(directory);
  if (there === 'something' && !replace) {
    throw new Refused(
      'data-folder-in-use',
      `${directory} is not empty: a restore never writes over data. Restore to a new folder with --data, or say --replace: what is there is then moved aside, whole, to a folder beside it.`,
    );
  }
  if (there === 'something') refuseToMove(directory, backup);
  const parent = dirname(directory);
  const beginning = `.${basename(directory)}.restoring-`;
  const incoming = join(parent, `${beginning}${manifest.id}`);
  try {
    await makeFolders(parent);
    requireRoom(parent, manifest);
    // What one that was killed left, of this backup or another.
    for (const name of namesIn(parent)) {
      if (name.startsWith(beginning)) await rm(join(parent, name), { recursive: true, force: true });
    }
    await mkdir(incoming, { mode: 0o700 });
    await restoreFiles({
      backup,
      manifest,
      into: incoming,
      how: 'copy',
      ...(onProgress === undefined ? {} : { onProgress }),
      ...(signal === undefined ? {} : { signal }),
    });
    const verification = await check(open, incoming, manifest, backup, { clock, actor, signal });
    // What a site laid into the folder before is what it wants there.
    if (there === 'policy') await rename(join(directory, 'policy.json'), join(incoming, 'policy.json'));
    await syncFolder(incoming);
    const before = there === 'something' ? await moveAside(directory, clock.now()) : null;
    if (before === null && existsSync(directory)) await rmdir(directory);
    await rename(incoming, directory);
    await syncFolder(parent);
    const { id, createdAt, studies, committedReads, files } = manifest;
    return {
      id,
      createdAt,
      data: directory,
      studies,
      committedReads,
      files: files.count,
      bytes: files.bytes,
      seconds: (performance.now() - began) / 1000,
      verification,
      before,
    };
  } catch (cause) {
    await rm(incoming, { recursive: true, force: true }).catch(() => undefined);
    throw toOverreadError(toDiscError(cause, parent));
  }
}

async function check(
  open: OpenStore,
  incoming: string,
  manifest: BackupManifest,
  backup: string,
  { clock, actor, signal }: { clock: Clock; actor: string; signal: CancelSignal | undefined },
): Promise<RestoreReport['verification']> {
  const store = open(incoming);
  try {
    const checks = await checkRestored(store, manifest, signal);
    const bad = checks.find(({ ok }) => !ok);
    if (bad !== undefined) throw damaged(backup, `${bad.name}: ${bad.detail}`);
    const { id, createdAt } = manifest;
    store.audit.append({
      actor,
      action: 'restore',
      studyInstanceUID: null,
      detail: { id, backupMadeAt: createdAt, backup, restoredAt: clock.now() },
    });
    return checks;
  } finally {
    store.close();
  }
}
