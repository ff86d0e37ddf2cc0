import { fork } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadCorpus } from './corpus.ts';
import { makeInput } from './make-input.ts';
import type { TargetOrder, TargetReport } from './target.ts';

export interface FuzzOptions {
  readonly seed: number;
  readonly count: number;
  /** First index. */
  readonly from?: number;
  /** Only what our own writer makes: the same inputs on every machine. */
  readonly own?: boolean;
  /** Where failing inputs are written. */
  readonly artefacts: string;
  readonly onProgress?: (summary: FuzzSummary) => void;
  /** Something to look at: it counts only where it shows again with the input alone. */
  readonly onSuspect?: (index: number, problem: string) => void;
}

export interface FuzzFailure {
  readonly index: number;
  readonly problem: string;
}

export interface FuzzSummary {
  readonly done: number;
  readonly outcomes: ReadonlyMap<string, number>;
  readonly failures: readonly FuzzFailure[];
  readonly seconds: number;
  readonly peakBytes: number;
  readonly slowestMs: number;
  /** How often the watched process died or was ended. */
  readonly deaths: number;
}

/** All decoders and the process around them together. */
const MEMORY_LIMIT = 1.5e9;
/** Nothing said for so long: the process itself hangs. */
const SILENCE_MS = 120_000;
/** Failures after which more tell nothing new. */
const MAX_FAILURES = 60;

/** What one watched process did with some inputs; `unfinished` were begun when it died. */
interface Round {
  readonly unfinished: readonly number[];
  readonly death: string | null;
}

function runTarget(order: TargetOrder, receive: (report: TargetReport) => void): Promise<Round> {
  return new Promise((resolve) => {
    const child = fork(join(import.meta.dirname, 'target.ts'), {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const begun = new Set<number>();
    let words = '';
    let done = false;
    let hung = false;
    let timer = setTimeout(() => undefined, 0);
    const watch = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        hung = true;
        child.kill('SIGKILL');
      }, SILENCE_MS);
    };
    child.stderr?.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString()).slice(-2000);
    });
    child.on('message', (report: TargetReport) => {
      watch();
      if (report.type === 'begun') begun.add(report.index);
      if (report.type === 'verdict') begun.delete(report.index);
      if (report.type === 'done') done = true;
      receive(report);
    });
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      const why = hung ? 'said nothing for two minutes' : `ended with ${signal ?? code}: ${words.trim()}`;
      resolve({ unfinished: [...begun], death: done ? null : why });
    });
    watch();
    child.send(order);
  });
}

/** Runs inputs through the product in a process of its own, which is replaced when it dies; each failing input is run again alone. */
export async function fuzz(options: FuzzOptions): Promise<FuzzSummary> {
  const { seed, count, from = 0, own = false, artefacts } = options;
  const outcomes = new Map<string, number>();
  const failures: FuzzFailure[] = [];
  const started = performance.now();
  let done = 0;
  let peakBytes = 0;
  let slowestMs = 0;
  let deaths = 0;
  const summary = (): FuzzSummary => ({
    done,
    outcomes,
    failures,
    seconds: (performance.now() - started) / 1000,
    peakBytes,
    slowestMs,
    deaths,
  });
  const suspects = new Map<number, string>();
  const suspect = (index: number, problem: string): void => {
    suspects.set(index, problem);
    options.onSuspect?.(index, problem);
  };
  let left = Array.from({ length: count }, (_, i) => from + i);
  while (left.length > 0 && suspects.size < MAX_FAILURES) {
    const seen = new Set<number>();
    const { unfinished, death } = await runTarget({ seed, indices: left, own }, (report) => {
      if (report.type === 'poisoned') {
        failures.push({ index: report.after, problem: `at or before it: ${report.problem}` });
        options.onSuspect?.(report.after, report.problem);
      }
      if (report.type !== 'verdict') return;
      const { index, verdict } = report;
      seen.add(index);
      done += 1;
      slowestMs = Math.max(slowestMs, verdict.ms);
      if (peakBytes <= MEMORY_LIMIT && report.peakBytes > MEMORY_LIMIT) {
        suspect(index, `memory rose to ${Math.round(report.peakBytes / 1e6)} MB at or before it`);
      }
      peakBytes = Math.max(peakBytes, report.peakBytes);
      for (const outcome of verdict.outcomes) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      if (verdict.problem !== null) suspect(index, verdict.problem);
      if (done % 500 === 0) options.onProgress?.(summary());
    });
    if (death !== null) {
      deaths += 1;
      for (const index of unfinished) suspect(index, `the process ${death}`);
    }
    const gone = new Set([...seen, ...unfinished]);
    left = left.filter((index) => !gone.has(index));
    if (death === null) break;
    if (gone.size === 0) {
      failures.push({ index: left[0] ?? -1, problem: `the process ${death}` });
      break;
    }
  }
  // A busy machine makes a file slow, a neighbour makes a process die: what fails alone again is the file's.
  const corpus = suspects.size > 0 ? await loadCorpus(own) : [];
  for (const [index, problem] of suspects) {
    let again: string | null = null;
    const { death } = await runTarget({ seed, indices: [index], own }, (report) => {
      if (report.type !== 'verdict') return;
      again =
        report.peakBytes > MEMORY_LIMIT ? `memory rose to ${report.peakBytes} bytes` : report.verdict.problem;
    });
    const verdict = death === null ? again : `the process ${death}`;
    if (verdict === null && !problem.startsWith('memory')) continue;
    failures.push({ index, problem: verdict ?? problem });
    mkdirSync(artefacts, { recursive: true });
    writeFileSync(join(artefacts, `seed-${seed}-index-${index}.bin`), makeInput(corpus, seed, index).bytes);
  }
  return summary();
}
