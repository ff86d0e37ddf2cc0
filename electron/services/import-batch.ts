import { Bug, Cancelled, OverreadError, toWire } from '../shared/errors.ts';
import { readWhole } from './import-file.ts';
import { importItem, refusalOf } from './import-item.ts';
import {
  ANSWERED,
  CANCELLED,
  type FromImportWorker,
  type ImportedItem,
  type ImportSetup,
  POSITION,
  type ToImportWorker,
} from './import-port.ts';
import { openZip } from './import-zip.ts';

/** Items cross to the main thread in groups: one message a file costs more than the file. */
const GROUP = 64;

interface Reply {
  post(message: FromImportWorker): void;
  readonly put: (bytes: Uint8Array, sha256: string) => void;
}

/** Not about one file: somebody asked to stop, or nothing can be written any more. */
function endsImport(thrown: unknown): boolean {
  return thrown instanceof OverreadError && (thrown.type === 'cancelled' || thrown.type === 'unavailable');
}

/** The images of a series say the same of their study: once is enough. */
function saidOnce(items: readonly ImportedItem[]): ImportedItem[] {
  let said: string | null = null;
  return items.map((item) => {
    if (!('indexed' in item)) return item;
    if (item.indexed === said) return { ...item, indexed: null };
    said = item.indexed;
    return item;
  });
}

class Batch {
  readonly #setup: ImportSetup;
  readonly #flags: Int32Array;
  readonly #reply: Reply;
  #items: ImportedItem[] = [];

  constructor(setup: ImportSetup, reply: Reply) {
    this.#setup = setup;
    this.#flags = new Int32Array(setup.shared);
    this.#reply = reply;
  }

  async run(paths: readonly string[]): Promise<void> {
    Atomics.store(this.#flags, ANSWERED, 0);
    try {
      for (const [place, path] of paths.entries()) {
        Atomics.store(this.#flags, POSITION, place);
        this.#stopIfCancelled();
        await this.#path(path, place);
      }
    } finally {
      // When it is stopped too: what was copied must be known, to be deleted again.
      this.#flush();
    }
  }

  async #path(path: string, place: number): Promise<void> {
    try {
      const bytes = readWhole(path, this.#setup.limits.fileBytes);
      if (bytes === 'zip') {
        this.#answer(place);
        await this.#zip(path);
        this.#answer(place + 1);
      } else await this.#item(path, bytes);
    } catch (thrown) {
      if (endsImport(thrown)) throw thrown;
      this.#add(refusalOf(path, thrown));
    }
  }

  async #zip(path: string): Promise<void> {
    const archive = await openZip(path, this.#setup.limits);
    try {
      this.#reply.post({ type: 'found', more: archive.entries.length - 1 });
      if (archive.entries.length === 0) {
        this.#add({ path, code: 'empty', reason: 'The archive holds no files.' });
      }
      for (const entry of archive.entries) {
        this.#stopIfCancelled();
        try {
          await this.#item(entry.path, await entry.read());
        } catch (thrown) {
          if (endsImport(thrown)) throw thrown;
          this.#add(refusalOf(entry.path, thrown));
        }
      }
    } finally {
      archive.close();
    }
  }

  async #item(path: string, bytes: Uint8Array): Promise<void> {
    this.#add(await importItem(path, bytes, { stated: this.#setup.stated, put: this.#reply.put }));
  }

  #add(item: ImportedItem): void {
    if (this.#items.push(item) >= GROUP) this.#flush();
  }

  #flush(): void {
    if (this.#items.length > 0) this.#reply.post({ type: 'items', items: saidOnce(this.#items) });
    this.#items = [];
  }

  /** An archive's items leave before it and after it, so that a death inside it repeats nothing. */
  #answer(paths: number): void {
    this.#flush();
    Atomics.store(this.#flags, ANSWERED, paths);
  }

  #stopIfCancelled(): void {
    if (Atomics.load(this.#flags, CANCELLED) === 1) throw new Cancelled();
  }
}

/**
 * The work of an import thread: a setup, then batches of paths one after the other, each answered by its items and 'done'.
 * What stops everything (a full disk) is answered by 'failed'.
 */
export function importThread(reply: Reply): (message: ToImportWorker) => void {
  let setup: ImportSetup | null = null;
  let tail = Promise.resolve();
  const run = async (paths: readonly string[]): Promise<void> => {
    try {
      if (setup === null) throw new Bug('Paths came before the setup.');
      await new Batch(setup, reply).run(paths);
      reply.post({ type: 'done' });
    } catch (thrown) {
      if (thrown instanceof Cancelled) reply.post({ type: 'done' });
      else reply.post({ type: 'failed', error: toWire(thrown) });
    }
  };
  return (message) => {
    if ('setup' in message) setup = message.setup;
    // In turn: two batches at once would read into the same memory.
    else tail = tail.then(() => run(message.paths));
  };
}
