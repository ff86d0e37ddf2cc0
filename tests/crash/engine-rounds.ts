import { type ChildProcess, spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readHeader } from '../../electron/dicom/read-header.ts';
import { openStore } from '../../electron/store/open-store.ts';
import { testImageBytes } from '../fixtures/test-image.ts';
import { slowGraph, writeTestPack } from '../fixtures/test-pack.ts';
import { Random } from '../fuzz/random.ts';
import { jobEnds, resultsIn } from './engine-jobs.ts';
import { descendants, ended } from './processes.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PACKS = ['first', 'second'];
/** One study in so many has its file cut short. */
const TORN = 50;

export interface EngineTest {
  readonly faults: readonly string[];
  readonly ended: number;
  readonly retried: number;
  readonly torn: number;
  readonly runs: number;
  readonly killedHosts: number;
  readonly killedEngines: number;
  readonly seconds: number;
}

function fill(directory: string, count: number): { studies: string[]; torn: Set<string> } {
  const store = openStore({ directory });
  const studies: string[] = [];
  const torn = new Set<string>();
  try {
    for (let study = 1; study <= count; study += 1) {
      const bytes = testImageBytes({
        study,
        pixels: Uint16Array.from({ length: 32 * 32 }, (_, at) => (at * study) % 4096),
      });
      const sha256 = hash('sha256', bytes);
      store.blobs.put(bytes, sha256);
      const header = readHeader(bytes);
      store.studies.storeStudy(
        header.studyInstanceUID,
        [{ header, sha256, bytes: bytes.length, sourcePath: '/from' }],
        null,
        'operator',
      );
      studies.push(header.studyInstanceUID);
      if (study % TORN === 7) {
        torn.add(header.studyInstanceUID);
        truncateSync(store.blobs.locate(sha256).path, Math.floor(bytes.length / 2));
      }
    }
  } finally {
    store.close();
  }
  return { studies, torn };
}

function kill(pid: number | undefined): boolean {
  try {
    if (pid === undefined) return false;
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    // It has ended meanwhile.
    return false;
  }
}

/**
 * The window's queue over `jobs` jobs (two models on each study, some of whose files are torn), with the process that holds it or its
 * engine killed (SIGKILL) at random moments, and started again until all is done.
 */
export async function engineRounds(options: {
  readonly jobs: number;
  readonly kills: number;
  readonly seed: number;
  readonly onProgress?: (results: number) => void;
}): Promise<EngineTest> {
  const { jobs, kills, seed, onProgress = () => undefined } = options;
  const home = mkdtempSync(join(tmpdir(), 'overread-engine-test-'));
  const random = new Random(seed);
  const data = join(home, 'data');
  const packs = join(home, 'packs');
  let runs = 0;
  let killedHosts = 0;
  let killedEngines = 0;
  const began = performance.now();
  try {
    writeTestPack(packs, 'first');
    // Slow enough to be met in the middle of a run.
    writeTestPack(packs, 'second', { graph: slowGraph(8, 512) });
    const { studies, torn } = fill(data, Math.ceil(jobs / PACKS.length));
    // By how much is done, not by the clock: a busy machine would be killed at the start alone.
    const left = Array.from({ length: kills }, () => random.below(jobs)).toSorted((a, b) => a - b);
    for (let over = false; !over && runs <= kills + 1; ) {
      runs += 1;
      const child: ChildProcess = spawn(process.execPath, ['tests/crash/queue-host.ts', data, packs], {
        cwd: ROOT,
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      const end = ended(child).then(() => {
        over = true;
      });
      while (!over) {
        await Promise.race([end, sleep(10)]);
        const done = resultsIn(data);
        onProgress(done);
        const due = left[0];
        if (over || due === undefined || done < due) continue;
        await sleep(random.below(60));
        if (random.below(2) === 0) {
          if (!kill(child.pid)) continue;
          killedHosts += 1;
          left.shift();
          await end;
          over = false;
          break;
        }
        if (kill(descendants(child.pid ?? -1)[0])) {
          killedEngines += 1;
          left.shift();
        }
      }
    }
    const seconds = (performance.now() - began) / 1000;
    const ends = jobEnds(data, studies, PACKS, torn);
    return { ...ends, torn: torn.size * PACKS.length, runs, killedHosts, killedEngines, seconds };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
