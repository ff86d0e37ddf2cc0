import { setTimeout } from 'node:timers/promises';
import { Cancelled, fromWire, Unavailable } from '../shared/errors.ts';
import {
  ANSWERED,
  CANCELLED,
  type FromImportWorker,
  type ImportedItem,
  type ImportLimits,
  type ImportWorker,
  POSITION,
  type StartImportWorker,
} from './import-port.ts';
import type { Stated } from '../shared/study.ts';

/** Files a batch: small enough that two threads end together, large enough that messages do not count. */
const BATCH = 24;
/** Batches that wait at a thread, so that it never waits for the main one. */
const AHEAD = 3;

export interface PoolOptions {
  readonly start: StartImportWorker;
  readonly threads: number;
  readonly stated: Stated;
  readonly limits: ImportLimits;
  readonly onItems: (items: readonly ImportedItem[]) => void;
  /** An archive was opened: so many more files than were known. */
  readonly onFound: (more: number) => void;
}

/** Threads that die one after the other without a word: it is not the files, so no further one is started. */
const SILENT_DEATHS = 3;
/** In the place of a file's position: the thread has begun none. */
const NOTHING_BEGUN = -1;

/** How long a thread may take for the file it is at when it is asked to stop. */
const PATIENCE_MS = 5000;

interface Lane {
  readonly worker: ImportWorker;
  readonly flags: Int32Array;
  /** Sent and not done, oldest first. */
  readonly sent: (readonly string[])[];
}

/** Import threads with work for each, which may die of a file without losing the others. */
export class ImportPool {
  readonly #options: PoolOptions;
  readonly #lanes: Lane[] = [];
  readonly #queue: (readonly string[])[] = [];
  #collecting: string[] = [];
  #ended = false;
  #stopping = false;
  #silentDeaths = 0;
  #onIdle: () => void = () => undefined;
  readonly #finished = Promise.withResolvers<void>();

  constructor(options: PoolOptions) {
    this.#options = options;
    // Awaited in `end`; a failure before that must not count as unhandled.
    this.#finished.promise.catch(() => undefined);
  }

  add(path: string): void {
    this.#collecting.push(path);
    if (this.#collecting.length >= BATCH) this.#enqueue();
  }

  /** No more paths come; resolves when all are done. Rejects with what ended the import. */
  end(): Promise<void> {
    this.#enqueue();
    this.#ended = true;
    this.#pump();
    return this.#finished.promise;
  }

  cancel(): void {
    this.#giveUp(new Cancelled());
  }

  /** No file more is begun; `end` rejects with `why`. */
  #giveUp(why: Error): void {
    this.#stopping = true;
    this.#queue.length = 0;
    for (const { flags } of this.#lanes) Atomics.store(flags, CANCELLED, 1);
    this.#finished.reject(why);
  }

  /**
   * Waits for the threads to be gone. Each is asked to stop after the file that it is at, and only one that does not answer is
   * ended in the middle of it.
   */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#queue.length = 0;
    for (const { flags } of this.#lanes) Atomics.store(flags, CANCELLED, 1);
    const patience = new AbortController();
    await Promise.race([this.#idle(), setTimeout(PATIENCE_MS, null, { signal: patience.signal })]);
    patience.abort();
    await Promise.all(this.#lanes.map(({ worker, sent }) => worker.stop(sent.length === 0)));
  }

  /** When no thread has anything to do. */
  #idle(): Promise<void> {
    const idle = Promise.withResolvers<void>();
    this.#onIdle = idle.resolve;
    this.#pump();
    return idle.promise;
  }

  #enqueue(): void {
    if (this.#collecting.length > 0) this.#queue.push(this.#collecting);
    this.#collecting = [];
    this.#pump();
  }

  #pump(): void {
    while (this.#queue.length > 0) {
      const lane = this.#freeLane();
      if (lane === null) return;
      const paths = this.#queue.shift() ?? [];
      lane.sent.push(paths);
      lane.worker.send({ paths });
    }
    if (this.#lanes.some(({ sent }) => sent.length > 0)) return;
    if (this.#ended) this.#finished.resolve();
    this.#onIdle();
  }

  /** An idle thread, else a new one, else the one with the least to do. */
  #freeLane(): Lane | null {
    const least = this.#lanes.toSorted((a, b) => a.sent.length - b.sent.length)[0];
    if (least?.sent.length === 0) return least;
    if (this.#lanes.length < this.#options.threads) return this.#open();
    return least !== undefined && least.sent.length < AHEAD ? least : null;
  }

  #open(): Lane {
    const { start, stated, limits } = this.#options;
    const shared = new SharedArrayBuffer(12);
    const lane: Lane = { worker: start(), flags: new Int32Array(shared), sent: [] };
    Atomics.store(lane.flags, POSITION, NOTHING_BEGUN);
    lane.worker.onMessage((message) => this.#receive(lane, message));
    lane.worker.onDeath((why) => this.#died(lane, why));
    lane.worker.send({ setup: { stated, limits, shared } });
    this.#lanes.push(lane);
    return lane;
  }

  #receive(lane: Lane, message: FromImportWorker): void {
    this.#silentDeaths = 0;
    switch (message.type) {
      case 'found':
        return this.#options.onFound(message.more);
      case 'items':
        return this.#options.onItems(message.items);
      case 'done':
        lane.sent.shift();
        return this.#pump();
      case 'failed':
        lane.sent.shift();
        return this.#giveUp(fromWire(message.error));
    }
  }

  /**
   * The file it was reading is refused; the rest of its work goes to a new thread. A thread that dies before it begins a file says
   * nothing about files: after a few of those in a row the import ends.
   */
  #died(lane: Lane, why: string): void {
    const at = this.#lanes.indexOf(lane);
    if (at >= 0) this.#lanes.splice(at, 1);
    const place = Atomics.load(lane.flags, POSITION);
    if (place === NOTHING_BEGUN) this.#silentDeaths += 1;
    if (this.#silentDeaths >= SILENT_DEATHS) {
      this.#giveUp(
        new Unavailable(
          'import-thread',
          `The threads that read files end as soon as they start (${why}). Nothing of this import was kept; install Overread again.`,
        ),
      );
    }
    if (!this.#stopping) this.#takeBack(lane, place, why);
    this.#pump();
  }

  #takeBack(lane: Lane, place: number, why: string): void {
    const [current, ...waiting] = lane.sent;
    if (current === undefined) return;
    const answered = Atomics.load(lane.flags, ANSWERED);
    const path = place === NOTHING_BEGUN ? undefined : current[place];
    if (path !== undefined) {
      const reason = `Reading it ended the thread that reads (${why}). It may be damaged or too large; the other files went on.`;
      this.#options.onItems([{ path, code: 'reader-died', reason }]);
    }
    const rest = current.filter((_, index) => index >= answered && index !== place);
    this.#queue.unshift(...[rest, ...waiting].filter((batch) => batch.length > 0));
  }
}
