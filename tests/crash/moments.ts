import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../fuzz/random.ts';

/** What an import is at when it is killed. */
export type Phase = 'starting' | 'copying' | 'indexing';

/** How an undisturbed import went. */
export interface Pace {
  /** From the start to the first copied file, ms. */
  readonly startingMs: number;
  /** From the last copied file to the end, ms. */
  readonly indexingMs: number;
  readonly fullMs: number;
}

/** Files that were copied so far. */
export function copied(data: string): number {
  const blobs = join(data, 'blobs');
  if (!existsSync(blobs)) return 0;
  return readdirSync(blobs).reduce((sum, folder) => sum + readdirSync(join(blobs, folder)).length, 0);
}

const over = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

async function untilCopied(child: ChildProcess, data: string, files: number): Promise<void> {
  while (copied(data) < files && !over(child)) await sleep(1);
}

/** Watches an import to its end. */
export async function watchPace(child: ChildProcess, data: string, files: number): Promise<Pace> {
  const start = performance.now();
  await untilCopied(child, data, 1);
  const first = performance.now();
  await untilCopied(child, data, files);
  const last = performance.now();
  while (!over(child)) await sleep(1);
  const end = performance.now();
  return { startingMs: first - start, indexingMs: end - last, fullMs: end - start };
}

/**
 * Waits for a random moment of a random phase: found by what lies in the folder, not by the clock alone, since a busy machine's imports
 * take two seconds or five.
 */
export async function waitForMoment(
  child: ChildProcess,
  data: string,
  files: number,
  pace: Pace,
  random: Random,
): Promise<Phase> {
  const phase = random.of(['starting', 'copying', 'copying', 'indexing', 'indexing', 'indexing'] as const);
  if (phase === 'starting') {
    await sleep(random.below(Math.ceil(pace.startingMs)));
    return phase;
  }
  const before = copied(data);
  if (phase === 'copying') {
    await untilCopied(child, data, before + 1 + random.below(Math.max(1, files - before)));
    return phase;
  }
  await untilCopied(child, data, files);
  const moment = performance.now() + random.below(1000) * (pace.indexingMs / 1000) * 0.9;
  // Not through a timer, which would come a millisecond or more too late.
  while (performance.now() < moment && !over(child)) await Promise.resolve();
  return phase;
}
