import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import type { BatchLine } from '../shared/batch.ts';
import { Refused } from '../shared/errors.ts';

/** The lines of a batch, written so that a run that was cut off, however, can be gone on with. */
export interface BatchFile {
  /** Whether a line about this path was in the file when it was opened, or was written since. */
  has(path: string): boolean;
  /** The line is in the file when this returns; a kill can tear the last line, which the next opening removes. */
  write(line: BatchLine): void;
  close(): void;
}

const CHUNK = 1 << 20;
const NEWLINE = 0x0a;
/** Lines between two flushes to the disk: a power cut takes back at most these. */
const FLUSH_EACH = 100;

function pathIn(line: string, file: string, number: number): string {
  try {
    const value = JSON.parse(line) as { readonly path?: unknown };
    if (typeof value.path === 'string') return value.path;
  } catch {
    // Said below: a line that is none of ours is not gone over in silence.
  }
  throw new Refused(
    'lines-not-ours',
    `${file} holds a line that is no result of a batch (line ${number}). Name a new file, or the one that an earlier run wrote.`,
  );
}

/** Reads what is there, chunk by chunk; gives the paths and where the last whole line ends. */
function readLines(descriptor: number, file: string): { paths: Set<string>; end: number } {
  const paths = new Set<string>();
  const chunk = Buffer.alloc(CHUNK);
  let rest: Buffer = Buffer.alloc(0);
  let at = 0;
  let end = 0;
  for (;;) {
    const count = readSync(descriptor, chunk, 0, CHUNK, at);
    if (count === 0) return { paths, end };
    at += count;
    let bytes: Buffer = Buffer.concat([rest, chunk.subarray(0, count)]);
    for (let stop = bytes.indexOf(NEWLINE); stop >= 0; stop = bytes.indexOf(NEWLINE)) {
      paths.add(pathIn(bytes.toString('utf8', 0, stop), file, paths.size + 1));
      end += stop + 1;
      bytes = bytes.subarray(stop + 1);
    }
    rest = Buffer.from(bytes);
  }
}

function openWritable(file: string): number {
  try {
    const descriptor = openSync(file, 'a+', 0o600);
    if (!fstatSync(descriptor).isFile()) throw new Error('not a file');
    return descriptor;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Refused(
      'lines-not-writable',
      `The results cannot be written into ${file} (${why}). Name a file in a folder that you may write to.`,
      undefined,
      cause,
    );
  }
}

/**
 * Makes the file where there is none, and changes nothing where there is: so that it can be held before it is opened. Only its owner may
 * read it (0600): the lines name patients' files.
 *
 * @throws Refused `lines-not-writable`.
 */
export function makeBatchFile(file: string): void {
  closeSync(openWritable(file));
}

/**
 * Opens a new file, or one that an earlier run left behind, whose torn last line is cut off. Nobody else may be writing into it.
 *
 * @throws Refused `lines-not-ours`, `lines-not-writable`.
 */
export function openBatchFile(file: string): BatchFile {
  const descriptor = openWritable(file);
  try {
    const { paths, end } = readLines(descriptor, file);
    // What stands behind the last line's end was torn by a kill.
    if (end < fstatSync(descriptor).size) ftruncateSync(descriptor, end);
    let unflushed = 0;
    return {
      has: (path) => paths.has(path),
      write(line) {
        const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
        // Appended in one call, so that a reader meanwhile sees whole lines.
        for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
        paths.add(line.path);
        if (++unflushed < FLUSH_EACH) return;
        fsyncSync(descriptor);
        unflushed = 0;
      },
      close() {
        fsyncSync(descriptor);
        closeSync(descriptor);
      },
    };
  } catch (thrown) {
    closeSync(descriptor);
    throw thrown;
  }
}
