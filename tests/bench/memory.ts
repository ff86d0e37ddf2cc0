import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { writeSeries } from '../e2e/dicom-files.ts';
import { startHost } from '../e2e/host.ts';
import { ctStack } from '../e2e/phantoms.ts';
import { type BareWindow, openBareWindow } from './bare-window.ts';
import type { BenchRow } from './bench-row.ts';
import { quantile } from './quantile.ts';
import { stepTimes } from './scroll-steps.ts';

const SLICES = 1000;
const RAW_MB = (SLICES * 512 * 512 * 2) / 1e6;
const WINDOW_AIM = 1.5;
const HOST_AIM_MB = 400;
const STEP_MS = 40;

interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

function processes(): ProcessFacts[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      const command = readFileSync(`/proc/${name}/cmdline`, 'latin1').replaceAll('\0', ' ');
      return [
        { pid: Number(name), parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]), command },
      ];
    } catch {
      // It ended between the listing and the look.
      return [];
    }
  });
}

/** Resident memory of a process in MB; its highest so far with `VmHWM`. */
function memoryMb(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const line = readFileSync(`/proc/${pid}/status`, 'latin1').match(new RegExp(`${field}:\\s+(\\d+) kB`));
  return (Number(line?.[1]) * 1024) / 1e6;
}

/** The renderer of our window: of those below this process, the one that holds the most. */
function windowProcess(all: readonly ProcessFacts[]): number {
  const ours = new Set([process.pid]);
  for (let found = true; found; ) {
    found = false;
    for (const { pid, parent } of all) {
      if (!ours.has(parent) || ours.has(pid)) continue;
      ours.add(pid);
      found = true;
    }
  }
  const renderers = all.filter(({ pid, command }) => ours.has(pid) && command.includes('--type=renderer'));
  const [largest] = renderers.toSorted((a, b) => memoryMb(b.pid, 'VmHWM') - memoryMb(a.pid, 'VmHWM'));
  if (!largest) throw new Error('the window has no process');
  return largest.pid;
}

/** Down the whole stack and up again as fast as keys come, each frame at least asked for. */
async function rush(window: BareWindow): Promise<void> {
  for (const [key, last] of [
    ['ArrowDown', SLICES - 1],
    ['ArrowUp', 0],
  ] as const) {
    for (let step = 0; step < SLICES - 1; step++) {
      await window.press(key);
      if (step % 50 === 0) await setTimeout(300);
    }
    await window.until(`document.querySelector('[data-testid="pane"]').dataset.shown === '${last}'`, 120);
  }
}

async function importAndOpen(window: BareWindow, folder: string): Promise<void> {
  await window.fill('New reader', 'B. Bench');
  await window.click({ name: 'Read as this person' });
  await window.click({ name: 'Import …' });
  await window.fill('Files, folders or ZIPs', folder);
  await window.click({ name: 'Import' });
  const reported = `[...document.querySelectorAll('button')].some((one) => one.textContent.trim() === 'Report')`;
  await window.until(reported, 300);
  await window.doubleClick('[data-study]');
  await window.until(`document.querySelector('[data-testid="pane"]')?.dataset.shown`, 60);
}

/**
 * A CT of 1,000 slices of 512², scrolled from end to end and back: as fast as keys come, then each step as soon as the one before is
 * drawn. What the window's and the main process hold at most, and how long the steps take that find their slice gone from the window's
 * memory or not there yet. Linux only.
 */
export async function run(): Promise<BenchRow[]> {
  if (process.platform !== 'linux') return [];
  const folder = mkdtempSync(join(tmpdir(), 'overread-bench-memory-'));
  try {
    writeSeries(folder, ctStack(SLICES, '2.25.900201'));
    const host = await startHost();
    try {
      const window = await openBareWindow(host.url);
      try {
        await importAndOpen(window, folder);
        await rush(window);
        const steps = await stepTimes((script) => window.evaluate(script), [SLICES - 1, 0]);
        const all = processes();
        const main = all.find(({ command }) => command.includes(`--data ${host.data}`))?.pid ?? -1;
        return rows(memoryMb(windowProcess(all), 'VmHWM'), memoryMb(main, 'VmHWM'), steps);
      } finally {
        await window.close();
      }
    } finally {
      await host.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rows(window: number, main: number, steps: readonly number[]): BenchRow[] {
  const median = quantile(steps, 0.5);
  const step = { reference: null, unit: 'ms', ratio: null };
  const what = `scroll step, ${SLICES} slices of 512² down and up`;
  return [
    {
      name: `window's process, most it held while ${SLICES} slices of 512² were scrolled, beside the raw volume`,
      ours: window,
      reference: RAW_MB,
      unit: 'MB',
      ratio: window / RAW_MB,
      aim: `≤${WINDOW_AIM}×`,
      ok: window <= WINDOW_AIM * RAW_MB,
    },
    {
      name: 'main process, most it held, import included',
      ours: main,
      reference: null,
      unit: 'MB',
      ratio: null,
      aim: `≤${HOST_AIM_MB} MB`,
      ok: main <= HOST_AIM_MB,
    },
    { ...step, name: `${what}: median`, ours: median, aim: `≤${STEP_MS} ms`, ok: median <= STEP_MS },
    { ...step, name: `${what}: 95th percentile`, ours: quantile(steps, 0.95), aim: 'told, no aim', ok: null },
    { ...step, name: `${what}: slowest`, ours: Math.max(...steps), aim: 'told, no aim', ok: null },
  ];
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await run(), null, 1)}\n`);
