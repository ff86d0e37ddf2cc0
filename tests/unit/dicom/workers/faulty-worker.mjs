/** A decoder that dies on frame 1, hangs on frame 2 and answers every other frame with its number. */
import { parentPort } from 'node:worker_threads';

parentPort.on('message', ({ frame }) => {
  if (frame === 1) process.exit(1);
  if (frame === 2) for (;;);
  const data = Uint8Array.of(frame);
  parentPort.postMessage({
    frame: { rows: 1, columns: 1, samples: 1, type: 'uint8', photometric: 'MONOCHROME2', data },
  });
});
