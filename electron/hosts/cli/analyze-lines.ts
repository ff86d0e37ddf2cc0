import { resolve } from 'node:path';
import { analyzeBatch, type BatchSum } from '../../services/analyze-batch.ts';
import { type BatchFile, makeBatchFile, openBatchFile } from '../../services/batch-file.ts';
import type { Device } from '../../shared/analysis.ts';
import type { BatchReport, Shard } from '../../shared/batch.ts';
import { Refused, Unavailable } from '../../shared/errors.ts';
import type { Engine } from '../../shared/ports.ts';
import type { Stated } from '../../shared/study.ts';
import { holdPath } from '../shared/instance-lock.ts';
import { readPolicy } from '../shared/read-policy.ts';
import { type Answer, type CommandCall, WrongUse } from './command.ts';
import { plainLine } from './table.ts';
import { withEngine } from './with-engine.ts';
import { withStore } from './with-store.ts';

const MOST_ENGINES = 64;
/** Progress is said at most this often, ms. */
const SAY_EACH = 5000;

/** `2/8`: the second of eight. */
export function shardOf(text: string | undefined): Shard {
  if (text === undefined) return { index: 1, of: 1 };
  const match = /^([1-9]\d{0,5})\/([1-9]\d{0,5})$/.exec(text);
  const [index, of] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || index > of)
    throw new WrongUse('--shard takes which of how many, such as 2/8; the first is 1/8.');
  return { index, of };
}

export function enginesOf(text: string | undefined): number {
  const count = text === undefined ? 1 : Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= MOST_ENGINES) return count;
  throw new WrongUse(`--engines takes a number from 1 to ${MOST_ENGINES}: about one a core.`);
}

async function withEngines<T>(
  call: CommandCall,
  count: number,
  work: (engines: readonly Engine[]) => Promise<T>,
): Promise<T> {
  const open = (engines: readonly Engine[]): Promise<T> =>
    engines.length === count ? work(engines) : withEngine(call, (engine) => open([...engines, engine]));
  return open([]);
}

function teller(call: CommandCall): (sum: BatchSum) => void {
  let last = performance.now();
  return ({ written, before, failed, refused }) => {
    const now = performance.now();
    if (now - last < SAY_EACH) return;
    last = now;
    call.say(
      `${before + written} files done (${before} before this run), ${failed} failed, ${refused} refused`,
    );
  };
}

/** Two entries a run, at its beginning and at its end: one a file would be as many as the lines. */
async function audit(call: CommandCall, device: Device, batch: Record<string, unknown>): Promise<void> {
  await withStore(call, (store) => {
    const detail = { device, batch };
    store.audit.append({ actor: 'operator', action: 'analyze', studyInstanceUID: null, detail });
  });
}

/**
 * What the lines name already is passed over: results of other models would be taken for those that are asked for now.
 *
 * @throws Refused `lines-of-others`.
 */
function refuseOtherModels(
  path: string,
  there: readonly string[] | null,
  asked: readonly string[] | null,
): void {
  if (there === null || asked === null) return;
  const ids = [...new Set(asked.map((id) => id.split('@')[0] ?? id))].toSorted();
  if (ids.join() === [...new Set(there)].join()) return;
  throw new Refused(
    'lines-of-others',
    `${path} holds results of ${there.join(', ')}; this run asks ${ids.join(', ')}, and would pass over every file that is in it. Name another file of lines.`,
  );
}

/** `analyze PATH… --lines FILE`: an archive, file by file, into a file of lines. */
export async function analyzeIntoLines(
  call: CommandCall,
  file: string,
  asked: { readonly modelIds: readonly string[] | null; readonly device: Device; readonly stated: Stated },
): Promise<Answer> {
  const shard = shardOf(call.text('shard'));
  const engines = enginesOf(call.text('engines'));
  const shardWords = `${shard.index}/${shard.of}`;
  const path = resolve(file);
  const began = performance.now();
  // Made, so that there is something to hold, and not opened before it is held: another run may be in the middle of a line.
  makeBatchFile(path);
  const release = await holdPath(path);
  if (release === null)
    throw new Unavailable(
      'lines-in-use',
      `Another run writes into ${path}. Wait for its end, or give each shard a file of its own.`,
    );
  let lines: BatchFile | null = null;
  let sum: BatchSum;
  try {
    const opened = (lines = openBatchFile(path));
    refuseOtherModels(path, opened.models, asked.modelIds);
    // Before the first result is written: a run that is killed has read patients' images too.
    const { remote } = readPolicy(call.data).inference;
    const server = remote === null ? {} : { server: remote.name };
    await audit(call, asked.device, { begun: true, shard: shardWords, ...server });
    sum = await withEngines(call, engines, (all) =>
      analyzeBatch({
        ...asked,
        paths: call.positionals.map((one) => resolve(one)),
        engines: all,
        lines: opened,
        shard,
        signal: call.signal,
        onProgress: teller(call),
      }),
    );
  } finally {
    lines?.close();
    await release();
  }
  const seconds = (performance.now() - began) / 1000;
  const report: BatchReport = { lines: path, shard, ...sum, seconds };
  await audit(call, asked.device, { ...sum, shard: shardWords });
  const text = [
    `${sum.files} files, ${sum.before} of them done before; ${sum.written} lines written into ${path}`,
    `${sum.completed} results, ${sum.abstained} abstentions, ${sum.failed} failures, ${sum.refused} files refused`,
    'For research use, not for diagnosis.',
  ];
  return {
    json: report,
    text: text.map(plainLine).join('\n'),
    exit: sum.failed > 0 || sum.refused > 0 ? 1 : 0,
  };
}
