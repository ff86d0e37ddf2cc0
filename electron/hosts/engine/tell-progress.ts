import { setImmediate } from 'node:timers/promises';
import type { EngineReply } from '../../inference/engine-protocol.ts';

/** Progress is said at most this often, ms. */
const SAY_EACH = 200;

/** Tells how far a phase is, and lets the message out: what follows may block this thread for a while. */
export function tellProgress(
  id: number,
  phase: 'read' | 'run',
  send: (reply: EngineReply) => void,
): (done: number, of: number) => Promise<void> {
  let last = performance.now();
  return async (done, of) => {
    const now = performance.now();
    if (now - last < SAY_EACH && done < of) return;
    last = now;
    send({ type: 'progress', id, phase, done, of });
    await setImmediate();
  };
}
