/** The thread of the decoder pool: holds one parsed object and decodes its frames on request, one after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { Bug, Refused, toWire } from '../shared/errors.ts';
import { freeBuffer } from '../shared/free-buffer.ts';
import { readFrameOf, type FrameSource, openFrames } from './decode-frame.ts';
import type { DecodeReply, DecodeRequest } from './decode-messages.ts';
import { toDisplayRgb } from './palette.ts';

const port = parentPort;
if (!port) throw new Bug('decode-worker runs in a worker thread');
const toRgb = (workerData as { palette?: string } | null)?.palette === 'rgb';
let source: FrameSource | null = null;
/** The file that was sent last; it was moved here, and nobody else has it. */
let held: Uint8Array | null = null;
/** Why the file that was sent last could not be opened: said again for each of its frames. */
let refusal: unknown = new Bug('a frame was asked for before any file');

async function answer({ frame, bytes }: DecodeRequest): Promise<DecodeReply> {
  try {
    if (bytes) {
      source = null;
      if (held) freeBuffer(held);
      held = bytes;
      try {
        source = openFrames(bytes);
      } catch (thrown) {
        refusal = thrown;
      }
    }
    if (!source) throw refusal;
    const decoded = await readFrameOf(source, frame);
    return {
      frame:
        toRgb && decoded.photometric === 'PALETTE COLOR'
          ? { ...toDisplayRgb(source.object, decoded), values: decoded.values }
          : decoded,
    };
  } catch (thrown) {
    // V8's words for memory that cannot be had; any other RangeError is a fault of ours.
    const memory = thrown instanceof RangeError && /allocation failed|array length/i.test(thrown.message);
    return {
      error: toWire(
        memory ? new Refused('too-large', 'The frame does not fit into memory.', undefined, thrown) : thrown,
      ),
    };
  }
}

port.on('message', (request: DecodeRequest) => {
  void answer(request).then((reply) => {
    port.postMessage(reply, reply.frame ? [reply.frame.data.buffer as ArrayBuffer] : []);
  });
});
