import { Worker } from 'node:worker_threads';
import type { PreparedImage } from '../../inference/prepare-image.ts';
import { fromWire } from '../../shared/errors.ts';
import type { PrepareReply, PrepareTask } from './prepare-worker.ts';

/** Prepares images ahead of the model, in a thread of its own. */
export interface Preparer {
  /** Lets an image be prepared when its turn comes; a key that is known already is left as it is. */
  ahead(task: PrepareTask): void;
  /** The prepared image; rejects with what refused it. Each key is given once. */
  take(task: PrepareTask): Promise<PreparedImage>;
  /** The image will not be asked for after all. */
  forget(key: string): void;
}

/** How many images may be prepared and not yet taken: inputs of models are small, and more gain nothing. */
const AHEAD = 3;

interface Slot {
  readonly promise: Promise<PreparedImage>;
  readonly resolve: (prepared: PreparedImage) => void;
  readonly reject: (error: Error) => void;
}

/** @param onLost Called when the thread has died: nothing can be prepared from then on. */
export function createPreparer(onLost: (why: string) => void): Preparer {
  const beside = import.meta.url.endsWith('.ts') ? './prepare-worker.ts' : './prepare-worker.js';
  // What it leaves behind is mostly outside its heap: a small young one is swept before that adds up.
  const worker = new Worker(new URL(beside, import.meta.url), {
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  });
  const slots = new Map<string, Slot>();
  const waiting: PrepareTask[] = [];
  let sent = 0;

  function dispatch(): void {
    while (sent < AHEAD) {
      const next = waiting.shift();
      if (next === undefined) return;
      sent++;
      worker.postMessage(next);
    }
  }

  function ahead(task: PrepareTask): void {
    if (slots.has(task.key)) return;
    const slot: Slot = Promise.withResolvers<PreparedImage>();
    // A refusal may come before anybody asks for the image; `take` hands it on.
    slot.promise.catch(() => {});
    slots.set(task.key, slot);
    waiting.push(task);
    dispatch();
  }

  worker.on('message', (reply: PrepareReply) => {
    const slot = slots.get(reply.key);
    if ('error' in reply) slot?.reject(fromWire(reply.error));
    else slot?.resolve(reply.prepared);
  });
  worker.on('error', (error) => onLost(error instanceof Error ? error.message : String(error)));
  worker.on('exit', (code) => onLost(`exit code ${code}`));

  function forget(key: string): void {
    if (!slots.delete(key)) return;
    const at = waiting.findIndex((task) => task.key === key);
    if (at >= 0) waiting.splice(at, 1);
    else sent--;
    dispatch();
  }

  return {
    ahead,
    forget,
    async take(task) {
      ahead(task);
      try {
        return await (slots.get(task.key) as Slot).promise;
      } finally {
        forget(task.key);
      }
    },
  };
}
