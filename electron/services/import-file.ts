import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { Refused } from '../shared/errors.ts';
import { isZip } from './import-kind.ts';

/** Memory that small files are read into, one after the other: a fresh allocation a file costs more than the parsing. */
const reused = new Uint8Array(1 << 24);

/** Opening a pipe or a device would wait for its other end; an ordinary file takes no notice. Windows has no such flag. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

function whyNot(thrown: unknown): unknown {
  if (thrown instanceof Refused || !(thrown instanceof Error) || !('code' in thrown)) return thrown;
  switch (thrown.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new Refused('no-such-path', 'There is nothing at this path (any more). Check its spelling.');
    case 'ENXIO':
    case 'EISDIR':
      // A socket cannot be opened, a folder on Windows neither.
      return notAFile();
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

function notAFile(): Refused {
  return new Refused('not-a-file', 'It is no ordinary file (a device, a socket or a pipe).');
}

function fill(file: number, bytes: Uint8Array, from: number): number {
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
    file = openSync(path, READ);
    const about = fstatSync(file);
    if (!about.isFile()) throw notAFile();
    const { size } = about;
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
    bytes.set(start);
    return bytes.subarray(0, fill(file, bytes, started));
  } catch (thrown) {
    throw whyNot(thrown);
  } finally {
    if (file !== null) closeSync(file);
  }
}
