import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeFrameOf, openFrames } from '../../electron/dicom/decode-frame.ts';
import { transferSyntax } from '../../electron/dicom/transfer-syntax.ts';
import { Refused } from '../../electron/shared/errors.ts';
import type { DecodedFrame, PixelArray } from '../../electron/shared/pixels.ts';
import type { CorpusFile } from './corpus.ts';

interface Reading {
  readonly error?: string;
  readonly frames: number;
  readonly rows: number;
  readonly columns: number;
  readonly samples: number;
  readonly type: DecodedFrame['type'];
}

/** How one file came out beside the references. */
export interface Outcome {
  readonly name: string;
  /** 'exact', 'within 1', 'refused', 'differs' or 'not compared'. Only 'differs' fails. */
  readonly verdict: 'exact' | 'within 1' | 'refused' | 'differs' | 'not compared';
  readonly syntax: string;
  readonly frames: number;
  /** The refusal's code; else what each reference gave: 'exact', '±1', the largest difference, or why it gave nothing. */
  readonly detail: string;
}

const ARRAYS = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

interface Decoded {
  readonly syntax: string;
  readonly lossless: boolean;
  readonly frames: readonly DecodedFrame[];
}

async function decodeAll(file: CorpusFile): Promise<Decoded | Refused> {
  try {
    const source = openFrames(readFileSync(file.path));
    const frames: DecodedFrame[] = [];
    for (let frame = 0; frame < source.layout.frames; frame++)
      frames.push(await decodeFrameOf(source, frame));
    const { uid, name } = source.object.syntax;
    return { syntax: name, lossless: transferSyntax(uid).lossless, frames };
  } catch (thrown) {
    if (thrown instanceof Refused) return thrown;
    throw new Error(`${file.name} did not decode and was not refused`, { cause: thrown });
  }
}

function largestDifference(ours: PixelArray, theirs: PixelArray): number {
  if (ours.length !== theirs.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < ours.length; i++) {
    const a = ours[i] as number;
    const b = theirs[i] as number;
    const difference = Number.isNaN(a) && Number.isNaN(b) ? 0 : Math.abs(a - b);
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

/** The largest difference to one reading; infinite where the shape or type is another. */
function compareReading(decoded: Decoded, reading: Reading, file: string): number {
  const bytes = readFileSync(file);
  const values = new ARRAYS[reading.type](
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
  );
  const [first] = decoded.frames;
  if (!first || reading.frames !== decoded.frames.length || reading.type !== first.type)
    return Number.POSITIVE_INFINITY;
  let largest = 0;
  const size = reading.rows * reading.columns * reading.samples;
  decoded.frames.forEach((frame, i) => {
    if (frame.rows !== reading.rows || frame.columns !== reading.columns) largest = Number.POSITIVE_INFINITY;
    largest = Math.max(largest, largestDifference(frame.data, values.subarray(i * size, (i + 1) * size)));
  });
  return largest;
}

/** A lossless encoding must give back what was encoded: the largest difference to the file that it was made from. */
async function compareSource(decoded: Decoded, file: CorpusFile): Promise<number | null> {
  if (!file.source || !decoded.lossless) return null;
  const source = await decodeAll(file.source);
  if (source instanceof Refused) return null;
  const differences = decoded.frames.map((frame, i) => {
    const other = source.frames[i];
    return other ? largestDifference(frame.data, other.data) : Number.POSITIVE_INFINITY;
  });
  return Math.max(...differences);
}

function words(name: string, difference: number): string {
  if (difference === 0) return `${name}: exact`;
  return Number.isFinite(difference) ? `${name}: ±${difference}` : `${name}: another shape`;
}

async function judge(
  file: CorpusFile,
  decoded: Decoded | Refused,
  readings: Record<string, Reading>,
  at: (name: string) => string,
): Promise<Outcome> {
  if (decoded instanceof Refused) {
    return { name: file.name, verdict: 'refused', syntax: '', frames: 0, detail: decoded.code };
  }
  const seen: string[] = [];
  const differences: number[] = [];
  for (const [name, reading] of Object.entries(readings)) {
    if (reading.error !== undefined) {
      seen.push(`${name}: cannot read it`);
      continue;
    }
    const difference = compareReading(decoded, reading, at(name));
    differences.push(difference);
    seen.push(words(name, difference));
  }
  const toSource = await compareSource(decoded, file);
  if (toSource !== null) {
    differences.push(toSource);
    seen.push(words('what was encoded', toSource));
  }
  const facts = {
    name: file.name,
    syntax: decoded.syntax,
    frames: decoded.frames.length,
    detail: seen.join(', '),
  };
  const best = differences.length === 0 ? null : Math.min(...differences);
  if (best === null) return { ...facts, verdict: 'not compared' };
  if (best === 0) return { ...facts, verdict: 'exact' };
  // Colour is converted in floating point on one side and in tables on the other, so one step apart is rounding.
  const rounding = !decoded.lossless || decoded.frames[0]?.samples === 3;
  return { ...facts, verdict: rounding && best <= 1 ? 'within 1' : 'differs' };
}

/**
 * Decodes every frame of every file and compares it with what the references read. One Python process for all.
 * @param every true: with each reference that can read the file; false: with the first that can
 */
export async function compareAll(
  python: string,
  files: readonly CorpusFile[],
  every = false,
): Promise<Outcome[]> {
  const folder = mkdtempSync(join(tmpdir(), 'overread-conformance-'));
  try {
    const jobs = files.map((file, i) => ({ id: String(i), path: file.path }));
    const run = spawnSync(
      python,
      [join(import.meta.dirname, 'reference.py'), folder, ...(every ? ['every'] : [])],
      {
        input: JSON.stringify(jobs),
        encoding: 'utf8',
        maxBuffer: 1 << 28,
      },
    );
    if (run.status !== 0) throw new Error(`the references could not be read:\n${run.stderr}`);
    const results = JSON.parse(run.stdout) as { id: string; readings: Record<string, Reading> }[];
    const outcomes: Outcome[] = [];
    for (const [i, file] of files.entries()) {
      const readings = results[i]?.readings ?? {};
      outcomes.push(
        await judge(file, await decodeAll(file), readings, (name) => join(folder, `${i}.${name}.bin`)),
      );
    }
    return outcomes;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
