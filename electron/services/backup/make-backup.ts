import { createHash } from 'node:crypto';
import { existsSync, lstatSync, realpathSync, statfsSync, statSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import type { BackupFile, BackupManifest, BackupReport } from '../../shared/backup.ts';
import { Cancelled, Refused, toOverreadError, Unavailable } from '../../shared/errors.ts';
import type { CancelSignal, Clock, Snapshot, Store } from '../../shared/ports.ts';
import { copyFile, filesBelow, hashFile, makeFolders, syncFolder, toDiscError, tryLink } from './files.ts';
import { BESIDE, backupId, blobPathOf, FILES, listBackups, MANIFEST, namesIn, UNFINISHED } from './layout.ts';

export interface MakeBackupRequest {
  readonly store: Store;
  /** The folder that holds the backups; made where it is not there. */
  readonly target: string;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly build: string;
  /** Reader id, or 'operator' for the command line and the schedule. */
  readonly actor: string;
  /**
   * True where a file of the backup before is hashed before it is shared, so that one that rotted there is copied anew and not handed on for ever:
   * where the backup is verified as well, since that reads every file too.
   */
  readonly hashShared?: boolean;
  /** The share that is done, 0 to 1. No number of files: it would count what is withheld from blind readers. */
  readonly onProgress?: (share: number) => void;
  readonly signal?: CancelSignal;
}

/** Left free for everything else on the disc. */
const RESERVE = 64 * 1024 * 1024;
/** The database's part of the progress. */
const DATABASE = 0.1;

/**
 * The folder as it lies on the disc, made where it is not there.
 *
 * @throws Refused `backup-inside`; Unavailable `folder-not-writable`.
 */
export async function prepareTarget(store: Pick<Store, 'directory'>, target: string): Promise<string> {
  const data = realpathSync(store.directory);
  const refuseInside = (path: string): void => {
    if (`${path}${sep}`.startsWith(`${data}${sep}`)) {
      throw new Refused(
        'backup-inside',
        `${target} lies in the data folder (${store.directory}): it would be lost with it. Choose a folder on another disc.`,
      );
    }
  };
  refuseInside(resolve(target));
  try {
    await makeFolders(target);
    const real = realpathSync(target);
    refuseInside(real);
    return real;
  } catch (cause) {
    throw toDiscError(cause, target);
  }
}

/** What killed or failed ones left. The caller holds the folder, so that nobody writes there now. */
export async function clearUnfinished(target: string): Promise<void> {
  for (const name of namesIn(target)) {
    if (UNFINISHED.test(name)) await rm(join(target, name), { recursive: true, force: true });
  }
}

/** Writes the list of files as they are backed up. */
class FileList {
  readonly #hash = createHash('sha256');
  readonly #path: string;
  #lines: string[] = [];
  #file: Awaited<ReturnType<typeof open>> | null = null;
  count = 0;
  bytes = 0;

  constructor(path: string) {
    this.#path = path;
  }

  async add(file: BackupFile): Promise<void> {
    this.count += 1;
    this.bytes += file.bytes;
    this.#lines.push(`${JSON.stringify(file)}\n`);
    if (this.#lines.length >= 1000) await this.#write();
  }

  async #write(): Promise<void> {
    this.#file ??= await open(this.#path, 'wx', 0o600);
    const text = this.#lines.join('');
    this.#lines = [];
    this.#hash.update(text);
    await this.#file.appendFile(text);
  }

  async end(): Promise<BackupManifest['files']> {
    await this.#write();
    await this.#file?.sync();
    await this.close();
    return { count: this.count, bytes: this.bytes, sha256: this.#hash.digest('hex') };
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = null;
  }
}

function requireSpace(target: string, needed: number): void {
  let free: number;
  try {
    const { bavail, bsize } = statfsSync(target);
    free = bavail * bsize;
  } catch {
    // A file system that does not say: the write itself will.
    return;
  }
  if (free >= needed + RESERVE) return;
  const mb = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
  throw new Unavailable(
    'disk-full',
    `The backup needs ${mb(needed)} and ${target} has ${mb(free)} free (${mb(RESERVE)} are left for other things). Nothing was written. Free some space, choose another disc, or keep fewer backups.`,
  );
}

interface Work {
  readonly request: MakeBackupRequest;
  readonly incoming: string;
  /** The newest whole backup there, whose files are shared where they are the same. */
  readonly previous: string | null;
  readonly list: FileList;
  readonly made: Set<string>;
  copied: number;
  linked: number;
}

async function folderFor(work: Work, path: string): Promise<string> {
  const at = path.lastIndexOf('/');
  const folder = at < 0 ? '' : path.slice(0, at);
  if (!work.made.has(folder)) {
    await mkdir(join(work.incoming, folder), { recursive: true, mode: 0o700 });
    work.made.add(folder);
  }
  return join(work.incoming, path);
}

function sizeOf(path: string): number | null {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true ? stat.size : null;
}

/** One that cannot even be read is not; it is copied from the data folder. */
async function isSound(path: string, sha256: string, signal: CancelSignal | undefined): Promise<boolean> {
  try {
    return (await hashFile(path, signal)).sha256 === sha256;
  } catch (cause) {
    if (cause instanceof Cancelled) throw cause;
    return false;
  }
}

/** One file by its content: shared with the backup before, else copied and hashed on the way. Gives why it could not be, in words. */
async function addBlob(
  work: Work,
  { sha256, bytes }: { sha256: string; bytes: number },
): Promise<string | null> {
  const { request, previous, list } = work;
  const path = blobPathOf(sha256);
  const target = await folderFor(work, path);
  const before = previous === null ? null : join(previous, path);
  if (
    before !== null &&
    sizeOf(before) === bytes &&
    (request.hashShared !== true || (await isSound(before, sha256, request.signal))) &&
    tryLink(before, target)
  ) {
    work.linked += 1;
    await list.add({ path, bytes, sha256 });
    return null;
  }
  const source = request.store.blobs.locate(sha256).path;
  if (sizeOf(source) === null) return 'it is not in the data folder';
  const copied = await copyFile(source, target, request.signal);
  if (copied.sha256 !== sha256) {
    await rm(target);
    return 'its content is not the one that was imported';
  }
  work.copied += 1;
  await list.add({ path, bytes: copied.bytes, sha256 });
  return null;
}

async function addBlobs(work: Work, snapshot: Snapshot): Promise<BackupManifest['missing']> {
  const missing: BackupManifest['missing'] = [];
  const { files } = snapshot.size();
  let done = 0;
  for (const blob of snapshot.files()) {
    if (work.request.signal?.aborted === true) throw new Cancelled();
    const reason = await addBlob(work, blob);
    if (reason !== null) missing.push({ sha256: blob.sha256, reason });
    done += 1;
    work.request.onProgress?.(DATABASE + (1 - DATABASE) * (done / files));
  }
  return missing;
}

/** Records of files, installed models, the policy: small, and copied each time. */
async function addBeside(work: Work): Promise<void> {
  const { directory } = work.request.store;
  for (const name of BESIDE) {
    const from = join(directory, name);
    const stat = lstatSync(from, { throwIfNoEntry: false });
    if (stat === undefined || stat.isSymbolicLink()) continue;
    const paths = stat.isDirectory() ? filesBelow(directory, name) : [name];
    for await (const path of paths) {
      const copied = await copyFile(join(directory, path), await folderFor(work, path), work.request.signal);
      work.copied += 1;
      await work.list.add({ path, ...copied });
    }
  }
}

/** What has to be copied, at most: what the backup before has is shared. */
function spaceNeeded({ previous }: Work, snapshot: Snapshot, databaseBytes: number): number {
  let needed = databaseBytes;
  for (const { sha256, bytes } of snapshot.files()) {
    if (previous === null || sizeOf(join(previous, blobPathOf(sha256))) !== bytes) needed += bytes;
  }
  return needed;
}

async function write(work: Work): Promise<Omit<BackupManifest, 'id' | 'createdAt'>> {
  const { request, incoming, list } = work;
  const database = join(incoming, 'overread.db');
  requireSpace(incoming, statSync(join(request.store.directory, 'overread.db')).size);
  const snapshot = await request.store.snapshot(
    database,
    (share) => request.onProgress?.(share * DATABASE),
    request.signal,
  );
  let missing: BackupManifest['missing'];
  try {
    requireSpace(incoming, spaceNeeded(work, snapshot, 0));
    missing = await addBlobs(work, snapshot);
  } finally {
    snapshot.close();
  }
  const file = await open(database, 'r+');
  await file.sync();
  await file.close();
  await list.add({ path: 'overread.db', ...(await hashFile(database, request.signal)) });
  work.copied += 1;
  await addBeside(work);
  const files = await list.end();
  for (const folder of work.made) await syncFolder(join(incoming, folder));
  const { audit, studies, committedReads } = snapshot;
  return {
    schema: 'overread.backup/1',
    build: request.build,
    files,
    audit,
    studies,
    committedReads,
    missing,
  };
}

function notesOf(store: Pick<Store, 'directory'>, target: string): string[] {
  const notes = [
    'The backup holds patient data and the private keys of the readers, not encrypted: whoever reads it can sign as them. Keep it as safe as the data folder.',
  ];
  if (statSync(target).dev === statSync(store.directory).dev) {
    notes.push(
      'It lies on the disc of the data folder: it helps against mistakes, not against the loss of the disc.',
    );
  }
  return notes;
}

/**
 * Backs up a data folder while it is used: the database as it is at one moment, and every file that it names, by content. Files that the
 * newest backup there has are shared with it (hard links), so that the second one is quick; where the disc has no such links they are
 * copied. It is written beside, and has its name only when all of it is on the disc: what is cut short is no backup. While it is made no
 * file is deleted, whoever removes a study.
 *
 * The caller holds the folder against a second one. Files of the data folder that are missing or damaged are named (`missing`), and the
 * rest is backed up.
 *
 * @throws Refused `backup-inside`; Unavailable `disk-full`, `folder-not-writable`, `data-damaged`; Cancelled.
 */
export async function makeBackup(
  request: MakeBackupRequest,
): Promise<Omit<BackupReport, 'verification' | 'removed'>> {
  const { store, clock, newId } = request;
  const began = performance.now();
  const target = await prepareTarget(store, request.target);
  const createdAt = clock.now();
  const id = backupId(createdAt, newId());
  const incoming = join(target, `.incoming-${id}`);
  const path = join(target, id);
  const staging = store.blobs.beginStaging();
  let work: Work | null = null;
  try {
    await clearUnfinished(target);
    const { backups } = await listBackups(target);
    await mkdir(incoming, { mode: 0o700 });
    const list = new FileList(join(incoming, FILES));
    work = {
      request,
      incoming,
      previous: backups[0]?.path ?? null,
      list,
      made: new Set(['']),
      copied: 0,
      linked: 0,
    };
    const manifest: BackupManifest = { id, createdAt, ...(await write(work)) };
    const file = await open(join(incoming, MANIFEST), 'wx', 0o600);
    await file.writeFile(JSON.stringify(manifest, null, 2));
    await file.sync();
    await file.close();
    await syncFolder(incoming);
    await rename(incoming, path);
    await syncFolder(target);
    const { files, studies, committedReads, missing } = manifest;
    const { copied, linked } = work;
    store.audit.append({
      actor: request.actor,
      action: 'backup',
      studyInstanceUID: null,
      detail: { id, target, files: files.count, bytes: files.bytes, missing: missing.length },
    });
    return {
      id,
      path,
      createdAt,
      studies,
      committedReads,
      files: files.count,
      bytes: files.bytes,
      copied,
      linked,
      seconds: (performance.now() - began) / 1000,
      missing,
      notes: notesOf(store, target),
    };
  } catch (cause) {
    await work?.list.close().catch(() => undefined);
    if (existsSync(incoming)) await rm(incoming, { recursive: true, force: true }).catch(() => undefined);
    throw toOverreadError(toDiscError(cause, target));
  } finally {
    staging.end([]);
  }
}
