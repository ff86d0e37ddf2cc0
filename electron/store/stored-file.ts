import { type FileHandle, open } from 'node:fs/promises';
import type { ByteLocation, ByteSource } from '../shared/byte-source.ts';
import { Refused } from '../shared/errors.ts';

function unreadable(cause: unknown): Refused {
  const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'I/O error';
  return new Refused(
    'unreadable',
    `A stored file cannot be read (${why}). Run 'overread verify' to see which studies are affected; import them again.`,
    undefined,
    cause,
  );
}

async function readFully(file: FileHandle, offset: number, wanted: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(wanted);
  let done = 0;
  while (done < wanted) {
    const { bytesRead } = await file.read(bytes, done, wanted - done, offset + done);
    if (bytesRead === 0) return bytes.subarray(0, done);
    done += bytesRead;
  }
  return bytes;
}

/**
 * A file of the store as a `ByteSource`.
 * @throws Refused `unreadable` where it is missing or cannot be read.
 */
export async function openStoredFile(location: ByteLocation): Promise<ByteSource> {
  try {
    const file = await open(location.path, 'r');
    const { size } = await file.stat();
    const read = (offset: number, length: number): Promise<Uint8Array> =>
      readFully(file, offset, Math.max(0, Math.min(length, size - offset))).catch((cause: unknown) => {
        throw unreadable(cause);
      });
    return { size, read, readAll: () => read(0, size), close: () => file.close() };
  } catch (cause) {
    throw unreadable(cause);
  }
}
