import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import {
  type BackupFile,
  backupFileSchema,
  type BackupListing,
  type BackupManifest,
  backupManifestSchema,
} from '../../shared/backup.ts';
import { Refused } from '../../shared/errors.ts';

/** Written last. A folder without it is no backup. */
export const MANIFEST = 'manifest.json';
export const FILES = 'files.ndjson';
/** What is being written or tried out: no backup, and removed by the next one. */
export const UNFINISHED = /^\.(incoming|verify|removing)-/;

/** Files of a data folder beside its database and the blobs, and folders of such. What a machine finds out anew (devices) is not among them. */
export const BESIDE = ['policy.json', 'samples-offered', 'records', 'models'] as const;

/** '2026-11-26T020000Z-1a2b3c4d': sorts by time, and is a name on every system. */
export function backupId(createdAt: string, random: string): string {
  return `${createdAt.slice(0, 19).replaceAll(':', '')}Z-${random.slice(0, 8)}`;
}

/** What `backupId` gives. */
export const BACKUP_NAME = /^\d{4}-\d{2}-\d{2}T\d{6}Z-[0-9a-f]{8}$/;

export const blobPathOf = (sha256: string): string => `blobs/${sha256.slice(0, 2)}/${sha256}`;

/** Threat: a list that was changed so that a restore writes, or reads, outside of its folder. */
export function isSafePath(path: string): boolean {
  const parts = path.split('/');
  const [first = ''] = parts;
  const known = first === 'overread.db' || first === 'blobs' || BESIDE.some((one) => one === first);
  return (
    known && !/[\\:\0]/.test(path) && parts.every((part) => part !== '' && part !== '.' && part !== '..')
  );
}

export function damaged(backup: string, what: string, cause?: unknown): Refused {
  return new Refused(
    'backup-damaged',
    `The backup ${backup} is damaged: ${what}. Nothing was restored from it. 'overread backup list' on the folder that holds it shows the others; restore the newest one that is whole.`,
    undefined,
    cause,
  );
}

/**
 * The manifest of one backup.
 *
 * @throws Refused `backup-unknown` where the folder is none; `backup-damaged`.
 */
export async function readBackupManifest(backup: string): Promise<BackupManifest> {
  const text = await readFile(join(backup, MANIFEST), 'utf8').catch((cause: unknown) => {
    throw new Refused(
      'backup-unknown',
      `${backup} is no whole backup of Overread: it has no ${MANIFEST}, which is written last. Name the folder that 'overread backup' wrote to, or one backup in it.`,
      undefined,
      cause,
    );
  });
  try {
    return backupManifestSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw damaged(backup, `its ${MANIFEST} cannot be read`, cause);
  }
}

/**
 * Each file that the backup holds, one at a time; the list itself is hashed on the way.
 *
 * @throws Refused `backup-damaged` where the list is not the one that the manifest names, at its end at the latest: act on nothing before.
 */
export async function* backupFiles(backup: string, manifest: BackupManifest): AsyncGenerator<BackupFile> {
  const hash = createHash('sha256');
  const stream = createReadStream(join(backup, FILES));
  stream.on('data', (chunk) => hash.update(chunk));
  let count = 0;
  try {
    for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
      const file = backupFileSchema.parse(JSON.parse(line));
      if (!isSafePath(file.path)) throw new Error(`it names ${file.path}`);
      count += 1;
      yield file;
    }
  } catch (cause) {
    if (cause instanceof Refused) throw cause;
    throw damaged(backup, `its list of files (${FILES}) cannot be read in full`, cause);
  }
  if (count !== manifest.files.count || hash.digest('hex') !== manifest.files.sha256) {
    throw damaged(backup, `its list of files (${FILES}) is not the one that was written`);
  }
}

/** How a backup did when it was last verified. Beside what it holds, and no part of it. */
const VERIFIED = 'verified.json';
const verifiedSchema = z.object({ at: z.string(), ok: z.boolean() });

/** Notes it, where the disc can be written: the list goes by it, and so does what is kept. */
export async function noteVerified(backup: string, at: string, ok: boolean): Promise<void> {
  await writeFile(join(backup, VERIFIED), JSON.stringify({ at, ok }), { mode: 0o600 }).catch(() => undefined);
}

async function verifiedAs(backup: string): Promise<BackupListing['verified']> {
  try {
    return verifiedSchema.parse(JSON.parse(await readFile(join(backup, VERIFIED), 'utf8')));
  } catch {
    return null;
  }
}

/** Known to be damaged, and to be told apart wherever backups are listed. */
export const isBad = ({ verified }: Pick<BackupListing, 'verified'>): boolean => verified?.ok === false;

/** The whole backups in a folder, newest first; names of what is none, or has a manifest that cannot be read, beside them. */
export async function listBackups(target: string): Promise<{ backups: BackupListing[]; broken: string[] }> {
  const backups: BackupListing[] = [];
  const broken: string[] = [];
  for (const name of namesIn(target)) {
    if (name.startsWith('.')) continue;
    const path = join(target, name);
    if (statSync(join(path, MANIFEST), { throwIfNoEntry: false }) === undefined) continue;
    try {
      const { id, createdAt, build, studies, committedReads, files } = await readBackupManifest(path);
      backups.push({
        id,
        path,
        createdAt,
        build,
        studies,
        committedReads,
        files: files.count,
        bytes: files.bytes,
        verified: await verifiedAs(path),
      });
    } catch {
      broken.push(path);
    }
  }
  return { backups: backups.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1)), broken };
}

/** Nothing where there is no such folder. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && ['ENOENT', 'ENOTDIR'].includes(String(cause.code)))
      return [];
    throw cause;
  }
}

/**
 * The backup that a person means by a path: itself, or the newest in it.
 *
 * @throws Refused `backup-unknown`.
 */
export async function findBackup(path: string): Promise<string> {
  if (statSync(join(path, MANIFEST), { throwIfNoEntry: false }) !== undefined) return path;
  const { backups, broken } = await listBackups(path);
  const [newest] = backups;
  if (newest !== undefined) return newest.path;
  const why = broken.length === 0 ? '' : ` (${broken.join(', ')} cannot be read)`;
  throw new Refused(
    'backup-unknown',
    `There is no whole backup of Overread at ${path}${why}. Name the folder that 'overread backup' wrote to, or one backup in it.`,
  );
}
