import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { Refused } from '../shared/errors.ts';
import { isZip } from './import-kind.ts';

/** Memory that small files are read into, one after the other: a fresh allocation a file costs more than the parsing. */
const reused = Buffer.allocUnsafeSlow(1 << 24);

function whyNot(thrown: unknown): unknown {
  if (thrown instanceof Refused || !(thrown instanceof Error) || !('code' in thrown)) return thrown;
  switch (thrown.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new Refused('no-such-path', 'There is nothing at this path (any more). Check its spelling.');
    case 'EACCES':
    case 'EPERM':
      return new Refused(
        'unreadable',
        'It may not be read by this user. Change its rights, or ask its owner.',
      );
    default:
      return new Refused(
        'unreadable',
        `It cannot be read (${String(thrown.code)}). Check the disk it lies on.`,
      );
  }
}

function fill(file: number, bytes: Buffer, from: number): number {
  let done = from;
  while (done < bytes.byteLength) {
    const count = readSync(file, bytes, done, bytes.byteLength - done, done);
    if (count === 0) break;
    done += count;
  }
  return done;
}

/**
 * The whole content of a file, or 'zip' where its first bytes are an archive's (which may be larger than memory). The bytes are valid
 * until the next call: the memory is used again.
 *
 * @throws Refused `no-such-path`, `unreadable`, `not-a-file`, `too-large`.
 */
export function readWhole(path: string, limit: number): Uint8Array | 'zip' {
  let file: number | null = null;
  try {
    // Asked first, since opening a pipe waits for its other end.
    if (!statSync(path).isFile()) {
      throw new Refused('not-a-file', 'It is no ordinary file (a device, a socket or a pipe).');
    }
    file = openSync(path, 'r');
    const { size } = fstatSync(file);
    const start = reused.subarray(0, Math.min(size, reused.byteLength));
    const started = fill(file, start, 0);
    if (isZip(start.subarray(0, started))) return 'zip';
    if (size > limit) {
      throw new Refused(
        'too-large',
        `It is larger (${size} bytes) than this build reads (${limit} bytes). Ask for it in smaller objects.`,
      );
    }
    if (size <= start.byteLength) return start.subarray(0, started);
    const bytes = Buffer.allocUnsafeSlow(size);
    start.copy(bytes);
    return bytes.subarray(0, fill(file, bytes, started));
  } catch (thrown) {
    throw whyNot(thrown);
  } finally {
    if (file !== null) closeSync(file);
  }
}
