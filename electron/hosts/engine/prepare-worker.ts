import { parentPort } from 'node:worker_threads';
import { type ImageToPrepare, type PreparedImage, prepareImage } from '../../inference/prepare-image.ts';
import { toWire, type WireError } from '../../shared/errors.ts';
import type { PackManifest } from '../../shared/pack.ts';

/** One image to read, hash, decode and preprocess, so that the thread that runs the model does nothing else. */
export interface PrepareTask {
  readonly key: string;
  readonly image: ImageToPrepare;
  readonly manifest: Pick<PackManifest, 'id' | 'preprocess' | 'input'>;
}

export type PrepareReply =
  | { readonly key: string; readonly prepared: PreparedImage }
  | { readonly key: string; readonly error: WireError };

async function answer(task: PrepareTask): Promise<void> {
  try {
    const prepared = await prepareImage(task.image, task.manifest);
    parentPort?.postMessage({ key: task.key, prepared } satisfies PrepareReply, [
      prepared.input.buffer as ArrayBuffer,
    ]);
  } catch (thrown) {
    parentPort?.postMessage({ key: task.key, error: toWire(thrown) } satisfies PrepareReply);
  }
}

let last = Promise.resolve();
// One after another: a decoded image can be large, and two at once gain nothing.
parentPort?.on('message', (task: PrepareTask) => {
  last = last.then(() => answer(task));
});
