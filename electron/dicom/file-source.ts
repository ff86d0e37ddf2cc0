import { open } from 'node:fs/promises';
import type { ByteSource } from '../shared/byte-source.ts';
import { Refused } from '../shared/errors.ts';

function unreadable(path: string, cause: unknown): Refused {
  const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'I/O error';
  return new Refused(
    'unreadable',
    `${path} cannot be read (${why}). Check that the file is there and that you may read it.`,
    undefined,
    cause,
  );
}

/**
 * A plain file on disk as a `ByteSource`.
 * @throws Refused `unreadable` where the file cannot be opened or read.
 */
export async function openFileSource(path: string): Promise<ByteSource> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  let size: number;
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new Error('not a regular file');
    size = stat.size;
  } catch (cause) {
    await file.close();
    throw unreadable(path, cause);
  }

  async function read(offset: number, length: number): Promise<Uint8Array> {
    const wanted = Math.max(0, Math.min(length, size - offset));
    const bytes = new Uint8Array(wanted);
    let done = 0;
    try {
      while (done < wanted) {
        const { bytesRead } = await file.read(bytes, done, wanted - done, offset + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
    } catch (cause) {
      throw unreadable(path, cause);
    }
    return done === wanted ? bytes : bytes.subarray(0, done);
  }

  return {
    size,
    read,
    readAll: () => read(0, size),
    close: () => file.close(),
  };
}
