import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Unavailable } from '../../shared/errors.ts';

/**
 * One process of this machine at a time for an existing file or folder. Held by a local socket and not by a file with a process
 * number, since the system lets go of it however the process ends, and numbers are given again after a restart.
 *
 * @returns The function that lets go; null where another process holds it.
 */
export async function holdPath(path: string): Promise<(() => Promise<void>) | null> {
  const address = addressOf(realpathSync(path));
  let server = await listen(address);
  if (server === null && address.startsWith('/') && !(await answers(address))) {
    // A socket file whose process is gone (systems without abstract sockets leave it behind).
    await rm(address, { force: true });
    server = await listen(address);
  }
  if (server === null) return null;
  const held = server;
  held.unref();
  return () => new Promise((resolve) => held.close(() => resolve()));
}

/**
 * One window a data folder.
 *
 * @returns The function that lets go.
 * @throws Unavailable `already-open`.
 */
export async function lockInstance(dataDirectory: string): Promise<() => Promise<void>> {
  const release = await holdPath(dataDirectory);
  if (release !== null) return release;
  throw new Unavailable(
    'already-open',
    `Overread is already open on ${dataDirectory}: use that window, or close it first.`,
  );
}

function addressOf(directory: string): string {
  const name = `overread-${createHash('sha256').update(directory).digest('hex').slice(0, 32)}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  if (process.platform === 'linux') return `\0${name}`;
  return join(tmpdir(), name);
}

function listen(address: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error) => {
      if ('code' in error && error.code === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen(address, () => resolve(server));
  });
}

function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
