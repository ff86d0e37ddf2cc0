import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import type { BatchLine } from '../shared/batch.ts';
import { Refused } from '../shared/errors.ts';

/** The lines of a batch, written so that a run that was cut off, however, can be gone on with. */
export interface BatchFile {
  /** Whether a line about this path was in the file when it was opened, or was written since. */
  has(path: string): boolean;
  /** The models whose results are in the file that was found, sorted, as ids; null where no line of it holds a result. */
  readonly models: readonly string[] | null;
  /** The line is in the file when this returns; a kill can tear the last line, which the next opening removes. */
  write(line: BatchLine): void;
  close(): void;
}

const CHUNK = 1 << 20;
const NEWLINE = 0x0a;
/** Lines between two flushes to the disk: a power cut takes back at most these. */
const FLUSH_EACH = 100;

interface Kept {
  readonly path?: unknown;
  readonly records?: readonly { readonly model?: { readonly id?: unknown } }[];
}

function keptIn(line: string, file: string, number: number): Kept & { readonly path: string } {
  try {
    const value = JSON.parse(line) as Kept;
    if (typeof value.path === 'string') return { ...value, path: value.path };
  } catch {
    // Said below: a line that is none of ours is not gone over in silence.
  }
  throw new Refused(
    'lines-not-ours',
    `${file} holds a line that is no result of a batch (line ${number}). Name a new file, or the one that an earlier run wrote.`,
  );
}

/** Reads what is there, chunk by chunk; gives the paths and where the last whole line ends. */
function readLines(
  descriptor: number,
  file: string,
): { paths: Set<string>; models: string[] | null; end: number } {
  const paths = new Set<string>();
  let models: string[] | null = null;
  const chunk = Buffer.alloc(CHUNK);
  let rest: Buffer = Buffer.alloc(0);
  let at = 0;
  let end = 0;
  for (;;) {
    const count = readSync(descriptor, chunk, 0, CHUNK, at);
    if (count === 0) return { paths, models, end };
    at += count;
    let bytes: Buffer = Buffer.concat([rest, chunk.subarray(0, count)]);
    for (let stop = bytes.indexOf(NEWLINE); stop >= 0; stop = bytes.indexOf(NEWLINE)) {
      const { path, records } = keptIn(bytes.toString('utf8', 0, stop), file, paths.size + 1);
      paths.add(path);
      // All of one run are asked the same models: the first line with results tells.
      if (records !== undefined) models ??= records.map(({ model }) => String(model?.id)).toSorted();
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
    const { paths, models, end } = readLines(descriptor, file);
    // What stands behind the last line's end was torn by a kill.
    if (end < fstatSync(descriptor).size) ftruncateSync(descriptor, end);
    let unflushed = 0;
    return {
      models,
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
