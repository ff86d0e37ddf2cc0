import { expect, test } from 'vitest';
import { ImportPool } from '../../../electron/services/import-pool.ts';
import {
  IMPORT_LIMITS,
  type ImportedItem,
  type ImportWorker,
} from '../../../electron/services/import-port.ts';

/** A thread that ends as soon as it is given work, as one does whose file is missing. */
function deadOnArrival(): ImportWorker {
  let died: (why: string) => void = () => undefined;
  return {
    send: (message) => {
      if ('paths' in message) setImmediate(() => died('its file is missing'));
    },
    onMessage: () => undefined,
    onDeath: (listener) => {
      died = listener;
    },
    stop: () => Promise.resolve(),
  };
}

test('threads that die before they read anything end the import, and no file is blamed', async () => {
  let started = 0;
  const items: ImportedItem[] = [];
  const pool = new ImportPool({
    start: () => {
      started += 1;
      return deadOnArrival();
    },
    threads: 2,
    stated: {},
    limits: IMPORT_LIMITS,
    onItems: (more) => items.push(...more),
    onFound: () => undefined,
  });
  for (let file = 0; file < 60; file += 1) pool.add(`/nowhere/${file}.dcm`);
  await expect(pool.end()).rejects.toMatchObject({ type: 'unavailable', code: 'import-thread' });
  await pool.stop();
  expect(items).toEqual([]);
  expect(started).toBeLessThanOrEqual(5);
});
