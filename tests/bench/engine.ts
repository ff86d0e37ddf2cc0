import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { COUNT, writeImages } from './analyze.ts';
import type { BenchRow } from './bench-row.ts';
import { quantile } from './quantile.ts';

const ONCE = join(import.meta.dirname, 'engine-once.ts');
const WEIGHTS = resolve(import.meta.dirname, '../../models/chest-adult');
const ROUNDS = 3;
const ADDED_MS = 10;
const FIRST_MS = 1500;
const MORE_MB = 250;
const TWO = 1.7;

interface OneByOne {
  readonly first_ms: number;
  readonly added_ms: number[];
  readonly most_mb: number | null;
}

interface Batch {
  readonly seconds: number;
  readonly done: number;
}

/** @param core Where given, the only core that the process and its engines may use. */
function once<T>(parts: string, folder: string, core?: number): T {
  const command = [process.execPath, ONCE, parts, folder];
  const whole = core === undefined ? command : ['taskset', '-c', `${core}`, ...command];
  return JSON.parse(execFileSync(whole[0] as string, whole.slice(1), { encoding: 'utf8' })) as T;
}

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['-c', '0', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function seconds(engines: number, folder: string, core?: number): number {
  const { seconds: took, done } = once<Batch>(`${engines}`, folder, core);
  if (done !== COUNT) throw new Error(`${done} of ${COUNT} images were read`);
  return took;
}

function plain(name: string, ours: number | null, unit: string, limit: number): BenchRow {
  return {
    name,
    ours: ours ?? Number.NaN,
    reference: null,
    unit,
    ratio: null,
    aim: `≤${limit} ${unit}`,
    ok: ours === null ? null : ours <= limit,
  };
}

/**
 * The engine on 100 chest images: what it adds to decoding and running, its start to the first result, the memory of its process, and two
 * engines beside one. One engine decodes in a thread of its own while the model runs, and so fills more than a core: two are laid beside one that
 * has a core to itself, as a scheduler gives it, and beside one that may use both.
 */
export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'overread-bench-engine-'));
  try {
    await writeImages(folder);
    const alone = once<OneByOne>('one-by-one', folder);
    const weights = readdirSync(WEIGHTS)
      .filter((name) => name.endsWith('.onnx'))
      .reduce((sum, name) => sum + statSync(join(WEIGHTS, name)).size / 1e6, 0);
    const rows = [
      plain(
        'engine: what it adds to decoding and running an image, median',
        quantile(alone.added_ms, 0.5),
        'ms',
        ADDED_MS,
      ),
      plain('engine: from nothing to the first result', alone.first_ms, 'ms', FIRST_MS),
      plain(
        `engine: most its process held, beside ${weights.toFixed(1)} MB of weights`,
        alone.most_mb,
        'MB',
        MORE_MB + Math.round(weights),
      ),
    ];
    const [one, bound, two]: number[][] = [[], [], []];
    const bind = hasTaskset() && existsSync('/proc');
    for (let round = 0; round < ROUNDS; round++) {
      one?.push(seconds(1, folder));
      if (bind) bound?.push(seconds(1, folder, 0));
      two?.push(seconds(2, folder));
    }
    const rate = (times: number[] | undefined): number => COUNT / quantile(times ?? [], 0.5);
    const ratio = bind ? rate(two) / rate(bound) : null;
    return [
      ...rows,
      {
        name: `engine: two engines on two cores beside one on one, ${COUNT} images`,
        ours: rate(two),
        reference: bind ? rate(bound) : null,
        unit: 'images/s',
        ratio,
        aim: `≥${TWO}×`,
        ok: ratio === null ? null : ratio >= TWO,
      },
      {
        name: `engine: two engines beside one that may use both cores, ${COUNT} images`,
        ours: rate(two),
        reference: rate(one),
        unit: 'images/s',
        ratio: rate(two) / rate(one),
        aim: 'told, no aim',
        ok: null,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.main) console.table(await run());
