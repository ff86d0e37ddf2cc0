import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BatchLine, batchLineSchema } from '../../electron/shared/batch.ts';
import { testImageBytes } from '../fixtures/test-image.ts';
import { Random } from '../fuzz/random.ts';
import { descendants, ended } from './processes.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** Rows and columns of the generated radiographs, 16 bits. */
const SIZE = 512;

export interface BatchTest {
  readonly faults: readonly string[];
  /** Runs of the command until one came to its end by itself. */
  readonly runs: number;
  readonly killedRuns: number;
  readonly killedEngines: number;
  readonly seconds: number;
  /** Resident memory of the command and its engines together, MB: the most in each fifth of the files. */
  readonly memory: readonly number[];
}

/** Radiographs that differ in every pixel row, a few to a folder, as an archive has them. */
function writeArchive(folder: string, count: number): void {
  for (let i = 0; i < count; i++) {
    const inside = join(folder, String(Math.floor(i / 100)).padStart(4, '0'));
    mkdirSync(inside, { recursive: true });
    const pixels = Uint16Array.from(
      { length: SIZE * SIZE },
      (_, at) => (at * (i + 7) + ((at >> 9) * i) / 3) % 4096,
    );
    const bytes = testImageBytes({ study: i + 1, rows: SIZE, columns: SIZE, pixels });
    writeFileSync(join(inside, `${i}.dcm`), bytes);
  }
}

const linesIn = (file: string): number =>
  existsSync(file) ? readFileSync(file, 'latin1').split('\n').length - 1 : 0;

function residentMb(pids: readonly number[]): number {
  let total = 0;
  for (const pid of pids) {
    try {
      total += Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0);
    } catch {
      // It has ended meanwhile.
    }
  }
  return total / 1024;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

/** Every file once, each line whole, nothing failed. */
function faultsOf(file: string, count: number): string[] {
  const faults: string[] = [];
  const paths = new Map<string, number>();
  for (const [at, text] of readFileSync(file, 'utf8').trimEnd().split('\n').entries()) {
    let line: BatchLine;
    try {
      line = batchLineSchema.parse(JSON.parse(text));
    } catch {
      faults.push(`line ${at + 1} is torn`);
      continue;
    }
    paths.set(line.path, (paths.get(line.path) ?? 0) + 1);
    if ('code' in line) faults.push(`${line.path} was refused: ${line.reason}`);
    else
      for (const { result } of line.records)
        if (result.status === 'failed') faults.push(`${line.path} failed: ${result.reason}`);
  }
  if (paths.size !== count) faults.push(`${paths.size} of ${count} files have a line`);
  for (const [path, times] of paths) if (times > 1) faults.push(`${path} has ${times} lines`);
  return faults;
}

/** When, in files done, and what is killed. */
function plan(random: Random, count: number, kills: number): { at: number; whole: boolean }[] {
  return Array.from({ length: kills }, () => ({
    at: random.below(count),
    whole: random.below(2) === 0,
  })).toSorted((a, b) => a.at - b.at);
}

/**
 * `overread analyze FOLDER --lines FILE --engines 2` over generated radiographs, with the command or one of its engines killed (SIGKILL)
 * at random moments, and started again until all is done.
 */
export async function batchRounds(options: {
  readonly count: number;
  readonly kills: number;
  readonly seed: number;
  readonly model?: string;
  readonly onProgress?: (done: number) => void;
}): Promise<BatchTest> {
  const { count, kills, seed, model = 'chest-adult', onProgress = () => undefined } = options;
  const home = mkdtempSync(join(tmpdir(), 'overread-batch-'));
  const random = new Random(seed);
  const file = join(home, 'lines.ndjson');
  const memory = [0, 0, 0, 0, 0];
  const left = plan(random, count, kills);
  let runs = 0;
  let killedRuns = 0;
  let killedEngines = 0;
  const began = performance.now();
  try {
    const archive = join(home, 'archive');
    writeArchive(archive, count);
    for (let over = false; !over && runs <= kills + 1; ) {
      runs += 1;
      const child = spawn(
        process.execPath,
        [
          'electron/hosts/cli/main.ts',
          'analyze',
          archive,
          '--lines',
          file,
          '--engines',
          '2',
          '--model',
          model,
          '--data',
          join(home, 'data'),
          '--json',
        ],
        { cwd: ROOT, stdio: 'ignore' },
      );
      const end = ended(child).then(() => {
        over = true;
      });
      while (!over) {
        await Promise.race([end, sleep(50)]);
        if (child.pid === undefined || over) continue;
        const done = linesIn(file);
        onProgress(done);
        const family = [child.pid, ...descendants(child.pid)];
        const fifth = Math.min(4, Math.floor((done * 5) / count));
        memory[fifth] = Math.max(memory[fifth] ?? 0, residentMb(family));
        const due = left[0];
        if (due === undefined || done < due.at) continue;
        await sleep(random.below(200));
        if (due.whole) {
          kill(child.pid);
          killedRuns += 1;
          await end;
          over = false;
          left.shift();
          break;
        }
        const engine = random.of(family.slice(1).length === 0 ? [0] : family.slice(1));
        if (engine === 0) continue;
        kill(engine);
        killedEngines += 1;
        left.shift();
      }
    }
    const seconds = (performance.now() - began) / 1000;
    return { faults: faultsOf(file, count), runs, killedRuns, killedEngines, seconds, memory };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
