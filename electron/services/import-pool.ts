import { setTimeout } from 'node:timers/promises';
import { Cancelled, fromWire } from '../shared/errors.ts';
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
    for (const { flags } of this.#lanes) Atomics.store(flags, CANCELLED, 1);
    this.#finished.reject(new Cancelled());
  }

  /**
   * Waits for the threads to be gone. Each is asked to stop after the file that it is at, and only one that does not answer is
   * ended in the middle of it.
   */
  async stop(): Promise<void> {
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
    lane.worker.onMessage((message) => this.#receive(lane, message));
    lane.worker.onDeath((why) => this.#died(lane, why));
    lane.worker.send({ setup: { stated, limits, shared } });
    this.#lanes.push(lane);
    return lane;
  }

  #receive(lane: Lane, message: FromImportWorker): void {
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
        return this.#finished.reject(fromWire(message.error));
    }
  }

  /** The file it was reading is refused; the rest of its work goes to a new thread. */
  #died(lane: Lane, why: string): void {
    const at = this.#lanes.indexOf(lane);
    if (at >= 0) this.#lanes.splice(at, 1);
    const [current, ...waiting] = lane.sent;
    if (current !== undefined) {
      const place = Atomics.load(lane.flags, POSITION);
      const answered = Atomics.load(lane.flags, ANSWERED);
      const path = current[place] ?? '';
      this.#options.onItems([
        {
          path,
          code: 'reader-died',
          reason: `Reading it ended the thread that reads (${why}). It may be damaged or too large; the other files went on.`,
        },
      ]);
      this.#queue.unshift(
        current.filter((_, index) => index >= answered && index !== place),
        ...waiting,
      );
    }
    this.#pump();
  }
}
