import { parentPort } from 'node:worker_threads';
import { importThread } from '../../services/import-batch.ts';
import { Bug, OverreadError, Unavailable } from '../../shared/errors.ts';
import { writeBlob } from '../../store/blob-files.ts';
import { toStoreError } from '../../store/connection-errors.ts';
import { dataFolder } from '../../store/data-folder.ts';
import type { ToThread } from './start-import-worker.ts';

/** The import thread: reads, hashes, parses and copies. It opens no database; only headers leave it, never bytes. */
const port = parentPort;
if (port === null) throw new Bug('This file is started as a thread.');
let folder = dataFolder('');

function put(bytes: Uint8Array, sha256: string): void {
  try {
    writeBlob(folder, bytes, sha256);
  } catch (thrown) {
    const error = toStoreError(thrown);
    if (error instanceof OverreadError) throw error;
    throw new Unavailable(
      'data-not-writable',
      'A file cannot be written into the data folder. Check the disk it lies on.',
      undefined,
      thrown,
    );
  }
}

const receive = importThread({ post: (message) => port.postMessage(message), put });
port.on('message', ({ directory, message }: ToThread) => {
  if ('setup' in message) folder = dataFolder(directory);
  receive(message);
});
