import { realpathSync, statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, sep } from 'node:path';
import type { WatchedFolder } from '../shared/activity.ts';
import { Refused } from '../shared/errors.ts';
import type { Store, WatchedFile } from '../shared/ports.ts';
import { walk } from './import-walk.ts';
import type { Jobs } from './jobs.ts';

export interface WatchOptions {
  readonly store: Pick<Store, 'watched' | 'directory'>;
  readonly jobs: Pick<Jobs, 'startImport'>;
  readonly folders: readonly string[];
  /** Between the end of one look and the next. */
  readonly everyMs?: number;
  /** A file that did not change for so long is whole. */
  readonly settledMs?: number;
  /** Where a folder that cannot be read is told, once until it can be again. */
  readonly say?: (line: string) => void;
  /** A folder is in another state. */
  readonly onChange?: () => void;
}

export interface FolderWatch {
  /** Of each folder, in the order given. No number of files: it would count what is withheld from blind readers. */
  state(): WatchedFolder[];
  /** Lets files of cancelled and failed imports in again at the next look. */
  again(): void;
  close(): Promise<void>;
}

const EVERY_MS = 5000;
const SETTLED_MS = 5000;
/** An empty file may be the beginning of one; after so long it is what it is. */
const EMPTY_MS = 60_000;
/** After an import that failed as a whole (a full disk), its files are left alone for so long. */
const FAILED_MS = 60_000;

/** Names that programs give to files which they are still writing, and the index of a disc, whose files come by themselves. */
const NOT_YET = /(^\.|\.(part|partial|tmp|temp|crdownload|filepart|download)$|^dicomdir$)/i;

/** A file as it was seen last, and since when it has been so (by this machine's clock: a disk's may be wrong). */
interface Seen extends WatchedFile {
  readonly since: number;
}

const same = (a: WatchedFile | undefined, b: WatchedFile): boolean =>
  a?.bytes === b.bytes && a.changedMs === b.changedMs;

type Listing = ReadonlySet<string> | 'absent' | 'unreadable';

async function list(folder: string): Promise<Listing> {
  try {
    return new Set(await readdir(folder));
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT' ? 'absent' : 'unreadable';
  }
}

/**
 * The folders as they lie on the disk.
 *
 * @throws Refused `watch-folder` where a path is no folder, or where it and the data folder lie in each other: an import would feed on
 * itself.
 */
export function checkWatchFolders(folders: readonly string[], dataDirectory: string): string[] {
  const data = realpathSync(dataDirectory);
  return folders.map((folder) => {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
      throw new Refused(
        'watch-folder',
        `There is no folder to watch at ${folder}. Make it, or check its spelling.`,
      );
    }
    const real = realpathSync(folder);
    if (`${real}${sep}`.startsWith(`${data}${sep}`) || `${data}${sep}`.startsWith(`${real}${sep}`)) {
      throw new Refused(
        'watch-folder',
        `${folder} and the data folder (${dataDirectory}) lie in each other. Watch a folder of its own.`,
      );
    }
    return real;
  });
}

/**
 * Imports what appears in folders, once it has stopped changing; nothing in them is ever changed or removed. The folders are looked
 * at every few seconds: notices of change are not sent by network drives, and get lost when many files come at once. What was taken
 * is remembered with its size and time, over restarts too; a file that changes later is taken again. What is refused goes to the
 * list of refused files like that of any import, which is shown among the jobs.
 *
 * @throws Refused `watch-folder`.
 */
export function watchFolders(options: WatchOptions): FolderWatch {
  const { store, everyMs = EVERY_MS } = options;
  const watches = checkWatchFolders(options.folders, store.directory).map(
    (folder) => new Watch(folder, options),
  );
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let looking = Promise.resolve();
  const look = async (): Promise<void> => {
    for (const watch of watches) if (!closed) await watch.look();
    if (!closed) timer = setTimeout(next, everyMs).unref();
  };
  const next = (): void => {
    looking = look();
  };
  next();
  return {
    state: () => watches.map((watch) => watch.state()),
    again: () => {
      for (const watch of watches) watch.again();
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await looking;
    },
  };
}

class Watch {
  readonly #folder: string;
  readonly #options: WatchOptions;
  readonly #seen = new Map<string, Seen>();
  readonly #taken: Map<string, WatchedFile>;
  /** Not before this time: files of an import that failed or was cancelled. */
  readonly #later = new Map<string, number>();
  #running = false;
  #told = '';
  #reason: string | null = null;

  constructor(folder: string, options: WatchOptions) {
    this.#folder = folder;
    this.#options = options;
    const own = options.store.watched.all().filter(({ path }) => path.startsWith(folder + sep));
    this.#taken = new Map(own.map((file) => [file.path, file]));
  }

  state(): WatchedFolder {
    return {
      folder: this.#folder,
      state: this.#reason !== null ? 'unreadable' : this.#running ? 'importing' : 'watching',
      reason: this.#reason,
      heldBack: this.#later.size > 0,
    };
  }

  again(): void {
    this.#later.clear();
    this.#options.onChange?.();
  }

  /** Looks once. Whatever goes wrong is told and does not end the watching. */
  async look(): Promise<void> {
    try {
      const there = await this.#files();
      this.#tell('');
      this.#become(null);
      await this.#forgetGone(there);
      // One time for all: files that came together have settled together, and are one import.
      const now = performance.now();
      const ready = there.filter((file) => this.#isReady(file, now));
      if (ready.length > 0 && !this.#running) this.#import(ready);
    } catch (thrown) {
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      this.#become(why);
      this.#tell(`The watched folder ${this.#folder} cannot be read: ${why}. It is tried again.`);
    }
  }

  async #files(): Promise<WatchedFile[]> {
    const files: WatchedFile[] = [];
    for await (const found of walk([this.#folder])) {
      if ('code' in found) {
        // A folder that holds nothing, or a broken link, is nothing to tell; the folder itself not being there is.
        if (found.path === this.#folder && found.code !== 'empty-folder') throw new Error(found.reason);
        continue;
      }
      if (NOT_YET.test(basename(found.path))) continue;
      const about = await stat(found.path).catch(() => null);
      if (about === null) continue;
      files.push({ path: found.path, bytes: about.size, changedMs: about.mtimeMs });
    }
    return files;
  }

  #isReady(file: WatchedFile, now: number): boolean {
    const { path } = file;
    if (same(this.#taken.get(path), file)) return false;
    const before = this.#seen.get(path);
    if (!same(before, file)) {
      this.#seen.set(path, { ...file, since: now });
      return false;
    }
    const { settledMs = SETTLED_MS } = this.#options;
    const rested =
      now - (before?.since ?? now) >= (file.bytes === 0 ? Math.max(EMPTY_MS, settledMs) : settledMs);
    return rested && now >= (this.#later.get(path) ?? 0);
  }

  #import(files: readonly WatchedFile[]): void {
    this.#running = true;
    this.#options.onChange?.();
    this.#options.jobs.startImport({
      paths: files.map(({ path }) => path),
      stated: null,
      actor: 'operator',
      title: `Watched folder ${basename(this.#folder)}`,
      how: 'watched',
      onEnd: (state) => {
        this.#running = false;
        if (state === 'done') this.#take(files);
        else {
          // Cancelled by a person: not again while this process runs. Failed: after a while.
          const until = state === 'cancelled' ? Number.POSITIVE_INFINITY : performance.now() + FAILED_MS;
          for (const { path } of files) this.#later.set(path, until);
        }
        this.#options.onChange?.();
      },
    });
  }

  #take(files: readonly WatchedFile[]): void {
    this.#options.store.watched.take(files);
    for (const file of files) {
      this.#taken.set(file.path, file);
      this.#seen.delete(file.path);
      this.#later.delete(file.path);
    }
  }

  /**
   * Forgets what is gone for certain. What is remembered in vain costs a line; what is forgotten in error is imported again, into
   * studies that a person removed.
   */
  async #forgetGone(there: readonly WatchedFile[]): Promise<void> {
    const paths = new Set(there.map(({ path }) => path));
    for (const path of this.#seen.keys()) if (!paths.has(path)) this.#seen.delete(path);
    const folders = new Map<string, Promise<Listing>>();
    const gone: string[] = [];
    for (const path of this.#taken.keys()) {
      if (!paths.has(path) && (await this.#isGone(path, folders))) gone.push(path);
    }
    if (gone.length > 0) this.#options.store.watched.forget(gone);
    for (const path of gone) this.#taken.delete(path);
  }

  /** Its folder can be read and lists other things, or is gone itself. An empty one may be where a share is no longer mounted. */
  async #isGone(path: string, folders: Map<string, Promise<Listing>>): Promise<boolean> {
    const folder = dirname(path);
    const listing = folders.get(folder) ?? list(folder);
    folders.set(folder, listing);
    const names = await listing;
    if (names === 'absent') return folder !== this.#folder && (await this.#isGone(folder, folders));
    return names !== 'unreadable' && names.size > 0 && !names.has(basename(path));
  }

  #become(reason: string | null): void {
    if (reason === this.#reason) return;
    this.#reason = reason;
    this.#options.onChange?.();
  }

  #tell(words: string): void {
    if (words !== '' && words !== this.#told) this.#options.say?.(words);
    this.#told = words;
  }
}
