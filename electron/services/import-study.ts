import { randomUUID } from 'node:crypto';
import { isAbsolute, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Bug, Cancelled } from '../shared/errors.ts';
import type { ImportReport, Refusal, SameUidConflict } from '../shared/imports.ts';
import type { CancelSignal, IndexedHeader, StagedInstance, Store } from '../shared/ports.ts';
import type { Stated } from '../shared/study.ts';
import { missingFiles, namedFiles } from './import-dicomdir.ts';
import { factsToState } from './import-facts.ts';
import { ImportPool } from './import-pool.ts';
import {
  type DirectoryItem,
  IMPORT_LIMITS,
  type ImportedItem,
  type ImportLimits,
  type StagedItem,
  type StartImportWorker,
} from './import-port.ts';
import { walk } from './import-walk.ts';

export interface ImportRequest {
  /** Files, folders and ZIP archives. */
  readonly paths: readonly string[];
  /** Facts for plain images, and for what DICOM files leave open. */
  readonly stated?: Stated | null;
  readonly store: Store;
  /** Starts a thread that reads: `importWorkers(directory)` of the hosts. */
  readonly startWorker: StartImportWorker;
  /** Reader's id, or 'operator'. */
  readonly actor: string;
  readonly importId?: string;
  readonly signal?: CancelSignal;
  /** `total` is null while folders are still being walked. */
  readonly onProgress?: (progress: { done: number; total: number | null }) => void;
  readonly threads?: number;
  readonly limits?: Partial<ImportLimits>;
  /** False where files that a DICOMDIR names are not to be looked for: they may still be on their way. */
  readonly followDicomdir?: boolean;
  /** The folder of an upload, which is gone afterwards: refused files are told by their path below it. */
  readonly within?: string;
  /** False where the caller itself keeps the list of refused files. */
  readonly listRefused?: boolean;
}

/** A staged file, and where it came in the walk. */
interface Gotten {
  readonly place: number;
  readonly instance: StagedInstance;
}

/** The staged items of one message as instances. */
function instancesOfMessage(): (item: StagedItem) => StagedInstance {
  let said: Omit<IndexedHeader, 'sopInstanceUID'> | null = null;
  return ({ path, headerText, indexed, sopInstanceUID, sha256, bytes, plain }) => {
    if (indexed !== null) said = JSON.parse(indexed) as Omit<IndexedHeader, 'sopInstanceUID'>;
    if (said === null)
      throw new Bug('A message of an import thread begins with an item that says nothing of its study.');
    return { header: { ...said, sopInstanceUID }, headerText, sha256, bytes, plain, sourcePath: path };
  };
}

/** What the threads gave so far. */
class Gathered {
  readonly #refused: Refusal[] = [];
  readonly #staged: Gotten[] = [];
  readonly #directories: DirectoryItem[] = [];
  /** Entries of archives, which the walk does not see. */
  readonly #inArchives = new Set<string>();
  /** Where each path came in the walk. */
  readonly #order = new Map<string, number>();
  readonly #report: (progress: { done: number; total: number | null }) => void;
  #done = 0;
  #found = 0;
  #walked = false;

  constructor(report: (progress: { done: number; total: number | null }) => void) {
    this.#report = report;
  }

  path(path: string): void {
    this.#order.set(path, this.#order.size);
    this.#found += 1;
  }

  found(more: number): void {
    this.#found += more;
  }

  /** Of every file that was read and copied. */
  get paths(): string[] {
    return this.#staged.map(({ instance }) => instance.sourcePath);
  }

  get sha256s(): string[] {
    return this.#staged.map(({ instance }) => instance.sha256);
  }

  /** In the order of the walk, whichever thread was quicker: which of two files with one UID is kept must not be chance. */
  get staged(): StagedInstance[] {
    return this.#staged.toSorted((a, b) => a.place - b.place).map(({ instance }) => instance);
  }

  inOrder(refused: readonly Refusal[]): Refusal[] {
    return [...this.#refused, ...refused].toSorted((a, b) => this.#place(a) - this.#place(b));
  }

  get directories(): readonly DirectoryItem[] {
    return this.#directories;
  }

  has(path: string): boolean {
    return this.#order.has(path);
  }

  /** What the discs' indexes name and was met nowhere; told after everything else. */
  addMissing(): void {
    const met = [...this.#order.keys(), ...this.#inArchives];
    this.#refused.push(...missingFiles(this.#directories, met));
  }

  #place({ path }: { path: string }): number {
    return (
      this.#order.get(path) ??
      this.#order.get(path.slice(0, path.lastIndexOf('!/'))) ??
      Number.MAX_SAFE_INTEGER
    );
  }

  walked(): void {
    this.#walked = true;
  }

  add(items: readonly ImportedItem[]): void {
    const instance = instancesOfMessage();
    for (const item of items) {
      if ('code' in item) this.#refused.push(item);
      else if ('references' in item) this.#directories.push(item);
      else this.#staged.push({ place: this.#place(item), instance: instance(item) });
      if (!this.#order.has(item.path)) this.#inArchives.add(item.path);
    }
    this.#done += items.length;
    this.#report({ done: this.#done, total: this.#walked ? this.#found : null });
  }
}

function stopIfAborted(signal: CancelSignal | undefined): void {
  if (signal?.aborted === true) throw new Cancelled();
}

/** One pass over paths: walked, read and copied by threads. */
async function gatherPaths(
  request: ImportRequest,
  paths: AsyncIterable<{ readonly path: string } | Refusal>,
  gathered: Gathered,
): Promise<void> {
  const { signal } = request;
  const pool = new ImportPool({
    start: request.startWorker,
    threads: request.threads ?? 2,
    stated: request.stated ?? {},
    limits: { ...IMPORT_LIMITS, ...request.limits },
    onItems: (items) => gathered.add(items),
    onFound: (more) => gathered.found(more),
  });
  const cancel = (): void => pool.cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    for await (const found of paths) {
      stopIfAborted(signal);
      if (gathered.has(found.path)) continue;
      gathered.path(found.path);
      if ('code' in found) gathered.add([found]);
      else pool.add(found.path);
    }
    gathered.walked();
    await pool.end();
  } finally {
    signal?.removeEventListener('abort', cancel);
    await pool.stop();
  }
}

async function* namedBy(
  directories: readonly DirectoryItem[],
): AsyncGenerator<{ readonly path: string } | Refusal> {
  for (const directory of directories) yield* await namedFiles(directory);
}

async function gather(request: ImportRequest, gathered: Gathered): Promise<void> {
  await gatherPaths(request, walk(request.paths), gathered);
  if (request.followDicomdir === false) return;
  // One that was named by itself: its folder was not walked, so that what it names is still to come.
  const alone = gathered.directories.filter(({ path }) => request.paths.includes(path));
  if (alone.length > 0) await gatherPaths(request, namedBy(alone), gathered);
  gathered.addMissing();
}

function byStudy(staged: readonly StagedInstance[]): Map<string, StagedInstance[]> {
  const studies = new Map<string, StagedInstance[]>();
  for (const instance of staged) {
    const { studyInstanceUID } = instance.header;
    const study = studies.get(studyInstanceUID);
    if (study === undefined) studies.set(studyInstanceUID, [instance]);
    else study.push(instance);
  }
  return studies;
}

async function storeAll(request: ImportRequest, gathered: Gathered): Promise<ImportReport> {
  const { store, actor } = request;
  const report: ImportReport = { imported: 0, duplicates: 0, refused: [], studies: [] };
  const refused: Refusal[] = [];
  const conflicts: SameUidConflict[] = [];
  for (const [studyInstanceUID, instances] of byStudy(gathered.staged)) {
    const stated = factsToState(instances, request.stated ?? {});
    const outcome = store.studies.storeStudy(studyInstanceUID, instances, stated, actor);
    report.imported += outcome.imported;
    report.duplicates += outcome.duplicates;
    refused.push(...outcome.refused);
    conflicts.push(...outcome.conflicts);
    if (outcome.imported + outcome.duplicates > 0) {
      report.studies.push({
        studyInstanceUID,
        series: outcome.series,
        instances: outcome.instances,
      });
    }
    // The window's requests get their turn between two studies.
    await setImmediate();
  }
  return {
    ...report,
    refused: gathered.inOrder(refused),
    ...(conflicts.length === 0 ? {} : { conflicts }),
  };
}

/** A path as the person knows it: below the folder of an upload, else as it is. */
function strip(path: string, within: string | undefined): string {
  if (within === undefined || !path.startsWith(within)) return path;
  return path.slice(within.length).replace(/^[/\\]/, '');
}

/** Not `resolve`: what stands behind `archive.zip!/` is an entry's own name and stays as it is. */
const absolute = (path: string): string => (isAbsolute(path) ? path : `${process.cwd()}${sep}${path}`);

/** One line a path: what was taken now leaves the list, what is refused again is listed anew. */
function listRefused(
  { store, within, stated }: ImportRequest,
  gathered: Gathered,
  { refused }: ImportReport,
  importId: string,
): void {
  // Kept by its whole path, so that it can be tried again from wherever. Below an upload's folder the same name may be another disc's file:
  // such a line stays until it is tried by itself.
  const whole = refused.map((one) => ({
    ...one,
    path: within === undefined ? absolute(one.path) : one.path,
  }));
  store.transaction(() => {
    if (within === undefined && store.refusals.list(1, 0).total > 0)
      store.refusals.remove([...gathered.paths.map(absolute), ...whole.map(({ path }) => path)]);
    store.refusals.add(whole, importId, stated ?? null);
  });
}

/** Paths of refused files as the person knows them. */
function named(report: ImportReport, within: string | undefined): ImportReport {
  if (within === undefined) return report;
  const { refused, conflicts } = report;
  return {
    ...report,
    refused: refused.map((one) => ({ ...one, path: strip(one.path, within) })),
    ...(conflicts === undefined
      ? {}
      : { conflicts: conflicts.map((one) => ({ ...one, path: strip(one.path, within) })) }),
  };
}

/**
 * Takes files, folders and ZIP archives into the store. Threads read, hash, parse and copy; then each study is indexed in one
 * transaction, so that it appears whole or not at all. One bad file never stops the others: it is listed with path, code and reason.
 *
 * @returns Counts, every refused file, and each study that was touched with the series and instances that it now has.
 * @throws Cancelled on abort before the indexing began: nothing was kept. Unavailable `disk-full` and the like: studies that were
 * indexed before it stay, whole.
 */
export async function importPaths(request: ImportRequest): Promise<ImportReport> {
  const { store, signal, importId = randomUUID(), onProgress = () => undefined } = request;
  stopIfAborted(signal);
  const gathered = new Gathered(onProgress);
  const staging = store.blobs.beginStaging();
  try {
    await gather(request, gathered);
    stopIfAborted(signal);
    const report = named(await storeAll(request, gathered), request.within);
    if (request.listRefused !== false) listRefused(request, gathered, report, importId);
    return report;
  } finally {
    staging.end(gathered.sha256s);
  }
}
