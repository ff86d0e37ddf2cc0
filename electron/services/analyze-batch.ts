import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import type { Device, InferenceRecord } from '../shared/analysis.ts';
import type { BatchLine, BatchReport, Shard } from '../shared/batch.ts';
import { Cancelled } from '../shared/errors.ts';
import type { Refusal } from '../shared/imports.ts';
import type { AnalysisOutcome, CancelSignal, Engine } from '../shared/ports.ts';
import type { Stated } from '../shared/study.ts';
import { findStudies } from './analyze-files.ts';
import type { BatchFile } from './batch-file.ts';
import { walk } from './import-walk.ts';

export interface BatchRequest {
  /** Files, or folders that are walked. */
  readonly paths: readonly string[];
  /** Each works on its own; files are handed to whichever has the least to do. */
  readonly engines: readonly Engine[];
  readonly lines: BatchFile;
  readonly shard: Shard;
  readonly modelIds: readonly string[] | null;
  readonly device: Device;
  /** Facts that hold for each file of the call. */
  readonly stated: Stated;
  readonly signal?: CancelSignal;
  readonly onProgress?: (report: BatchSum) => void;
}

export type BatchSum = Omit<BatchReport, 'lines' | 'shard' | 'seconds'>;

/** Files at once an engine: it works on one, prepares the next and knows of the third. */
const AT_ONCE = 3;
/** A file whose run ended the engine's process is tried once more, in case it was another's fault (a kill, a lack of memory). */
const TRIES = 2;

/**
 * Whether a file belongs to a shard: by its path below the folder that was given, so that machines which mount an archive at different
 * places agree, and by hash, so that the shards are of one size whatever the names.
 */
export function isInShard(path: string, root: string, { index, of }: Shard): boolean {
  if (of === 1) return true;
  const name = relative(root, path).replaceAll('\\', '/') || path;
  const digest = createHash('sha256').update(name).digest();
  return digest.readUInt32BE(0) % of === index - 1;
}

async function* shardOf({ paths, shard }: BatchRequest): AsyncGenerator<{ readonly path: string } | Refusal> {
  for (const root of paths) {
    for await (const found of walk([root])) if (isInShard(found.path, root, shard)) yield found;
  }
}

function isLost({ result }: InferenceRecord): boolean {
  return result.status === 'failed';
}

async function readFile(request: BatchRequest, engine: Engine, path: string): Promise<BatchLine> {
  const { modelIds, device, stated, signal } = request;
  const found = await findStudies([path], stated, null, signal);
  try {
    const [refused] = found.refused;
    if (refused !== undefined) return refused;
    const [study] = found.studies;
    const [input] = study?.inputs ?? [];
    // The index of a disc, which is passed over where it is met in its folder.
    if (study === undefined || input === undefined)
      return {
        path,
        code: 'dicomdir',
        reason: 'It is the index of a disc; the files that it names are read.',
      };
    const { studyInstanceUID, inputs } = study;
    const ask = { studyInstanceUID, inputs, stated, device, withMaps: false, withOutputs: false };
    let outcomes = await engine.analyze({ ...ask, modelIds }, signal);
    for (let tries = 1; tries < TRIES && outcomes.some(({ record }) => isLost(record)); tries++) {
      // As they were asked for: two versions of one model may read side by side.
      const choices = modelIds ?? outcomes.map(({ record }) => record.model.id);
      const again = choices.filter((_, at) => isLost((outcomes[at] as AnalysisOutcome).record));
      const retried = await engine.analyze({ ...ask, modelIds: again }, signal);
      outcomes = outcomes.map((outcome) => (isLost(outcome.record) ? (retried.shift() ?? outcome) : outcome));
    }
    const records = outcomes.map(({ record }) => record);
    return { path, studyInstanceUID, sopInstanceUID: input.header.sopInstanceUID, records };
  } finally {
    await found.clear();
  }
}

function count(sum: BatchSum, line: BatchLine): BatchSum {
  const next = { ...sum, written: sum.written + 1 };
  if ('code' in line) return { ...next, refused: next.refused + 1 };
  for (const { result } of line.records) next[result.status] += 1;
  return next;
}

/**
 * Reads an archive file by file, each by itself, in constant memory: a line a file, in the order in which they are done. What the lines
 * name already is passed over, so a run that was cut off is gone on with by the same call. Nothing else is kept: the line holds
 * the record.
 *
 * @throws Cancelled, when what was being read is dropped and what was written stays; what the lines cannot be written for.
 */
export async function analyzeBatch(request: BatchRequest): Promise<BatchSum> {
  const { engines, lines, signal, onProgress = () => undefined } = request;
  let sum: BatchSum = {
    files: 0,
    before: 0,
    written: 0,
    completed: 0,
    abstained: 0,
    failed: 0,
    refused: 0,
  };
  const files = shardOf(request);
  let failure: unknown = null;
  const stopIfOver = (): void => {
    if (signal?.aborted === true) throw new Cancelled();
  };

  /** The next file that no line names; null at the end. The generator is asked by one at a time. */
  let asking: Promise<unknown> = Promise.resolve();
  const next = (): Promise<{ readonly path: string } | Refusal | null> => {
    const answer = asking.then(async () => {
      for (;;) {
        stopIfOver();
        const { value, done } = await files.next();
        if (done === true) return null;
        sum = { ...sum, files: sum.files + 1 };
        if (!lines.has(value.path)) return value;
        sum = { ...sum, before: sum.before + 1 };
      }
    });
    asking = answer.catch(() => undefined);
    return answer;
  };

  async function work(engine: Engine): Promise<void> {
    try {
      for (let found = await next(); found !== null && failure === null; found = await next()) {
        const line = 'code' in found ? found : await readFile(request, engine, found.path);
        stopIfOver();
        lines.write(line);
        sum = count(sum, line);
        onProgress(sum);
      }
    } catch (thrown) {
      failure ??= thrown;
    }
  }

  await Promise.all(engines.flatMap((engine) => Array.from({ length: AT_ONCE }, () => work(engine))));
  await files.return(undefined);
  if (failure !== null) throw failure;
  return sum;
}
