import { Worker } from 'node:worker_threads';
import type { ByteSource } from '../shared/byte-source.ts';
import { Bug, Cancelled, fromWire, Refused } from '../shared/errors.ts';
import type { FrameWithValues } from '../shared/pixels.ts';
import type { CancelSignal, Decoder } from '../shared/ports.ts';
import type { DecodeReply, DecodeRequest } from './decode-messages.ts';
import { openFileSource } from './file-source.ts';

export interface DecoderPoolOptions {
  /** Worker threads; 2 unless told. */
  readonly workers?: number;
  /** After this long a frame is refused and its worker replaced; 20,000 unless told. */
  readonly timeoutMs?: number;
  /** Where the worker's code lies; beside this file unless told. A bundle passes its own `decode-worker.js`. */
  readonly workerUrl?: URL;
  /** How stored bytes are opened; plain files unless told (encryption at rest arrives here). */
  readonly openSource?: (path: string) => Promise<ByteSource>;
  /** What becomes of palette pixels: RGB for the screen (default), or their indices. */
  readonly palette?: 'rgb' | 'indices';
}

interface Task {
  readonly path: string;
  readonly frame: number;
  readonly resolve: (frame: FrameWithValues) => void;
  readonly reject: (error: unknown) => void;
}

interface Slot {
  worker: Worker | null;
  task: Task | null;
  timer: NodeJS.Timeout | null;
  /** The file that the worker holds parsed; it need not be sent again. */
  path: string | null;
}

/** This file's own ending: TypeScript in a checkout, JavaScript in a build. */
const defaultWorkerUrl = (): URL =>
  new URL(import.meta.url.endsWith('.ts') ? './decode-worker.ts' : './decode-worker.js', import.meta.url);

/**
 * Decodes frames in worker threads that may die. Newest request first, since that is the frame that a person scrolls
 * to; frames of the file that a worker holds stay with it. A worker that dies or takes too long is replaced: its frame
 * is refused (`decoder-died`, `decoder-timeout`), the others go on.
 */
export function createDecoderPool(options: DecoderPoolOptions = {}): Decoder {
  const timeoutMs = options.timeoutMs ?? 20_000;
  const workerUrl = options.workerUrl ?? defaultWorkerUrl();
  const openSource = options.openSource ?? openFileSource;
  const palette = options.palette ?? 'rgb';
  const slots = Array.from(
    { length: options.workers ?? 2 },
    (): Slot => ({ worker: null, task: null, timer: null, path: null }),
  );
  const waiting: Task[] = [];
  let closed = false;

  function settle(slot: Slot): Task | null {
    const { task } = slot;
    if (slot.timer) clearTimeout(slot.timer);
    slot.task = null;
    slot.timer = null;
    slot.worker?.unref();
    return task;
  }

  function onReply(slot: Slot, reply: DecodeReply): void {
    const task = settle(slot);
    if (reply.error) task?.reject(fromWire(reply.error));
    else if (reply.frame) task?.resolve(reply.frame);
    next();
  }

  /** Gives up a worker. Its late events find the slot without it and do nothing. */
  function drop(slot: Slot, refusal: Refused): void {
    const { worker } = slot;
    slot.worker = null;
    slot.path = null;
    if (worker) worker.terminate().catch(() => undefined /* it is gone either way */);
    settle(slot)?.reject(refusal);
    next();
  }

  function start(slot: Slot): Worker {
    const worker = new Worker(workerUrl, {
      workerData: { palette },
      // Pixels lie outside this heap; unbounded, the young ones of all threads hold 100 MB of what is garbage.
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    });
    slot.worker = worker;
    slot.path = null;
    worker.on('message', (reply: DecodeReply) => {
      if (slot.worker === worker) onReply(slot, reply);
    });
    const died = (cause: unknown): void => {
      if (slot.worker !== worker) return;
      drop(
        slot,
        new Refused(
          'decoder-died',
          'The decoder stopped on this frame; the frame is probably damaged.',
          undefined,
          cause,
        ),
      );
    };
    worker.on('error', died);
    worker.on('exit', died);
    return worker;
  }

  async function send(slot: Slot, task: Task): Promise<void> {
    const worker = slot.worker ?? start(slot);
    worker.ref();
    slot.timer = setTimeout(() => {
      const words = `The frame took longer than ${timeoutMs / 1000} s to decode and was given up.`;
      drop(slot, new Refused('decoder-timeout', words));
    }, timeoutMs);
    let bytes: Uint8Array | null = null;
    if (slot.path !== task.path) {
      const source = await openSource(task.path);
      try {
        bytes = await source.readAll();
      } finally {
        await source.close();
      }
    }
    // While the file was read the worker may have died, or the pool been closed.
    if (slot.worker !== worker || slot.task !== task) return;
    slot.path = task.path;
    const request: DecodeRequest = { frame: task.frame, bytes };
    // The bytes move to the worker where they own their memory; a view into a pool is copied.
    const moves =
      bytes !== null && bytes.byteLength === bytes.buffer.byteLength ? [bytes.buffer as ArrayBuffer] : [];
    worker.postMessage(request, moves);
  }

  function takeFor(slot: Slot): Task | undefined {
    for (let i = waiting.length - 1; i >= 0; i--) {
      if (waiting[i]?.path === slot.path) return waiting.splice(i, 1)[0];
    }
    return waiting.pop();
  }

  function next(): void {
    if (closed) return;
    for (const slot of slots) {
      if (slot.task || waiting.length === 0) continue;
      const task = takeFor(slot);
      if (!task) continue;
      slot.task = task;
      send(slot, task).catch((error: unknown) => {
        if (slot.task !== task) return;
        settle(slot)?.reject(error);
        next();
      });
    }
  }

  function decode(
    location: { readonly path: string },
    frame: number,
    signal?: CancelSignal,
  ): Promise<FrameWithValues> {
    if (closed) return Promise.reject(new Bug('the decoder pool is closed'));
    if (signal?.aborted) return Promise.reject(new Cancelled());
    return new Promise((resolve, reject) => {
      const finish =
        <T>(settlePromise: (value: T) => void) =>
        (value: T): void => {
          signal?.removeEventListener('abort', onAbort);
          settlePromise(value);
        };
      const task: Task = { path: location.path, frame, resolve: finish(resolve), reject: finish(reject) };
      // A frame that is being decoded is let finish, its result dropped: that takes less than a new worker would.
      function onAbort(): void {
        const at = waiting.indexOf(task);
        if (at >= 0) waiting.splice(at, 1);
        task.reject(new Cancelled());
      }
      signal?.addEventListener('abort', onAbort, { once: true });
      waiting.push(task);
      next();
    });
  }

  return {
    decode,
    warm() {
      if (closed) return;
      for (const slot of slots) if (slot.worker === null) start(slot).unref();
    },
    async close(): Promise<void> {
      closed = true;
      for (const task of waiting.splice(0)) task.reject(new Cancelled());
      const ending = slots.map(async (slot) => {
        const { worker } = slot;
        slot.worker = null;
        settle(slot)?.reject(new Cancelled());
        await worker?.terminate();
      });
      await Promise.all(ending);
    },
  };
}
