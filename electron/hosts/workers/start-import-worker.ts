import { Worker } from 'node:worker_threads';
import type {
  FromImportWorker,
  ImportWorker,
  StartImportWorker,
  ToImportWorker,
} from '../../services/import-port.ts';

/** A message with the data folder that it is about. */
export interface ToThread {
  readonly directory: string;
  readonly message: ToImportWorker;
}

/** How long a thread with nothing to do is kept. Its start costs more than a hundred files. */
const WARM_MS = 60_000;

/** One thread, used by one import at a time. */
class WarmThread {
  readonly #thread: Worker;
  #timer: NodeJS.Timeout | undefined;
  #dead = false;

  constructor(file: URL) {
    // Headers are small; unbounded, the young heaps of all threads hold 100 MB of what is garbage.
    this.#thread = new Worker(file, { resourceLimits: { maxYoungGenerationSizeMb: 8 } });
    this.#thread.on('exit', () => {
      this.#dead = true;
    });
  }

  get isDead(): boolean {
    return this.#dead;
  }

  use(directory: string): ImportWorker {
    clearTimeout(this.#timer);
    this.#thread.ref();
    return {
      send: (message) => this.#thread.postMessage({ directory, message } satisfies ToThread),
      onMessage: (listener) => this.#thread.on('message', (message: FromImportWorker) => listener(message)),
      onDeath: (listener) => {
        let why = 'it ended';
        this.#thread.on('error', (error) => {
          why = error instanceof Error ? error.message : String(error);
        });
        this.#thread.on('exit', () => listener(why));
      },
      stop: (idle) => (idle && !this.#dead ? this.#rest() : this.#end()),
    };
  }

  /** Keeps neither this process alive nor, for long, its memory. */
  #rest(): Promise<void> {
    for (const event of ['message', 'error', 'exit'] as const) this.#thread.removeAllListeners(event);
    this.#thread.on('exit', () => {
      this.#dead = true;
    });
    this.#thread.on('error', () => {
      // An idle thread that fails has nothing to lose; its exit follows, and the next import starts another.
      this.#dead = true;
    });
    this.#thread.unref();
    this.#timer = setTimeout(() => void this.#end(), WARM_MS).unref();
    return Promise.resolve();
  }

  async #end(): Promise<void> {
    this.#dead = true;
    await this.#thread.terminate();
  }
}

/** Threads that wait, by their file. */
const waiting = new Map<string, WarmThread[]>();

/**
 * Starts import threads for a data folder, or takes up ones that an earlier import left warm.
 *
 * @param directory The store's folder.
 * @param file The thread's file: beside this one in a checkout, another in a bundle.
 */
export function importWorkers(
  directory: string,
  file = new URL(
    import.meta.url.endsWith('.ts') ? './import-worker.ts' : './import-worker.js',
    import.meta.url,
  ),
): StartImportWorker {
  const key = file.href;
  return () => {
    const rested = waiting.get(key) ?? [];
    waiting.set(key, rested);
    let thread = rested.pop();
    while (thread?.isDead === true) thread = rested.pop();
    const taken = thread ?? new WarmThread(file);
    const worker = taken.use(directory);
    return {
      ...worker,
      async stop(idle) {
        await worker.stop(idle);
        if (idle && !taken.isDead) rested.push(taken);
      },
    };
  };
}
