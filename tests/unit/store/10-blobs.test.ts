import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { blobPath, writeBlob } from '../../../electron/store/blob-files.ts';
import { prepareDataFolder } from '../../../electron/store/data-folder.ts';
import { temporaryFolder } from './parts.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function content(size: number): { bytes: Uint8Array; name: string } {
  const bytes = randomBytes(size);
  return { bytes, name: sha256(bytes) };
}

describe('a file in the store', () => {
  it('lies under its hash, for its owner alone, and is not written twice', () => {
    const folder = prepareDataFolder(`${temporaryFolder()}/data`);
    const { bytes, name } = content(5000);
    writeBlob(folder, bytes, name);
    const path = blobPath(folder, name);
    expect(sha256(readFileSync(path))).toBe(name);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    // Not to be written where it lies: root writes everywhere, so the time tells.
    const before = statSync(path).mtimeMs;
    chmodSync(path, 0o400);
    writeBlob(folder, bytes, name);
    expect(statSync(path).mtimeMs).toBe(before);
  });

  it('is made whole where a killed import left a part of it, or something longer', () => {
    const folder = prepareDataFolder(`${temporaryFolder()}/data`);
    const { bytes, name } = content(70_000);
    const path = blobPath(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    for (const left of [Buffer.alloc(0), bytes.subarray(0, 4096), Buffer.alloc(90_000, 7)]) {
      writeFileSync(path, left);
      writeBlob(folder, bytes, name);
      expect(sha256(readFileSync(path))).toBe(name);
    }
  });

  it('gets a folder again that was swept away since', () => {
    const folder = prepareDataFolder(`${temporaryFolder()}/data`);
    const { bytes, name } = content(10);
    writeBlob(folder, bytes, name);
    rmSync(dirname(blobPath(folder, name)), { recursive: true });
    writeBlob(folder, bytes, name);
    expect(sha256(readFileSync(blobPath(folder, name)))).toBe(name);
  });

  it('is whole for whoever has written it, though another thread writes it at the same time', async () => {
    const directory = `${temporaryFolder()}/data`;
    prepareDataFolder(directory);
    const seed = randomBytes(16).toString('hex');
    const code = `
      import { createHash } from 'node:crypto';
      import { readFileSync } from 'node:fs';
      import { parentPort, workerData } from 'node:worker_threads';
      const { writeBlob, blobPath } = await import(workerData.blobs);
      const { dataFolder } = await import(workerData.folder);
      const folder = dataFolder(workerData.directory);
      let torn = 0;
      for (let i = 0; i < 300; i++) {
        const bytes = Buffer.alloc(200_000, workerData.seed + i + '.');
        const name = createHash('sha256').update(bytes).digest('hex');
        writeBlob(folder, bytes, name);
        if (createHash('sha256').update(readFileSync(blobPath(folder, name))).digest('hex') !== name) torn++;
      }
      parentPort.postMessage(torn);`;
    const workerData = {
      directory,
      seed,
      blobs: new URL('../../../electron/store/blob-files.ts', import.meta.url).href,
      folder: new URL('../../../electron/store/data-folder.ts', import.meta.url).href,
    };
    const threads = [1, 2, 3].map(
      () => new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), { workerData }),
    );
    const torn = await Promise.all(
      threads.map(
        (thread) =>
          new Promise<number>((resolve, reject) => {
            thread.once('message', resolve);
            thread.once('error', reject);
          }),
      ),
    );
    expect(torn).toEqual([0, 0, 0]);
  });
});
