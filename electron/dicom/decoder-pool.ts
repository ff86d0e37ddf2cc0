import { Bug } from '../shared/errors.ts';
import type { Decoder } from '../shared/ports.ts';

export interface DecoderPoolOptions {
  /** Worker threads; 2 unless told. */
  readonly workers?: number;
  /** After this long a frame is refused and its worker replaced; 20,000 unless told. */
  readonly timeoutMs?: number;
  /** Where the worker's code lies; beside this file unless told. A bundle passes its own `decode-worker.js`. */
  readonly workerUrl?: URL;
}

export function createDecoderPool(options: DecoderPoolOptions = {}): Decoder {
  throw new Bug(`createDecoderPool is not built yet (${options.workers ?? 2})`);
}
