import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect, type Page } from '@playwright/test';
import { launchOptions } from '../e2e/chromium.ts';
import { writeSeries } from '../e2e/dicom-files.ts';
import { startHost } from '../e2e/host.ts';
import { ctStack } from '../e2e/phantoms.ts';
import { openWindow } from '../e2e/window.ts';
import type { BenchRow } from './bench-row.ts';

const SLICES = 1000;
const RAW_MB = (SLICES * 512 * 512 * 2) / 1e6;
const WINDOW_AIM = 1.5;
const HOST_AIM_MB = 400;

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

/** Down the whole stack and up again, each frame shown or at least asked for. */
async function scroll(page: Page): Promise<void> {
  for (const key of ['ArrowDown', 'ArrowUp']) {
    for (let step = 0; step < SLICES - 1; step++) {
      await page.keyboard.press(key);
      if (step % 50 === 0) await page.waitForTimeout(300);
    }
    const last = key === 'ArrowDown' ? String(SLICES - 1) : '0';
    await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', last, { timeout: 120_000 });
  }
}

/** A CT of 1,000 slices of 512² scrolled from end to end and back: what the window's and the main process hold at most. Linux only. */
export async function run(): Promise<BenchRow[]> {
  if (process.platform !== 'linux') return [];
  const folder = mkdtempSync(join(tmpdir(), 'overread-bench-memory-'));
  writeSeries(folder, ctStack(SLICES, '2.25.900201'));
  const host = await startHost();
  const browser = await chromium.launch(launchOptions());
  try {
    const page = await openWindow(
      await browser.newContext({ viewport: { width: 1600, height: 1000 } }),
      host.url,
      'B. Bench',
    );
    await page.getByRole('button', { name: 'Import …' }).first().click();
    await page.getByLabel('Files, folders or ZIPs').fill(folder);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await expect(page.getByRole('button', { name: 'Report' }).first()).toBeVisible({ timeout: 300_000 });
    const all = processes();
    const main = all.find(({ command }) => command.includes(`--data ${host.data}`))?.pid ?? -1;
    await page.locator('[data-study]').first().click();
    await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', /\d/, { timeout: 60_000 });
    await scroll(page);
    const window = memoryMb(windowProcess(processes()), 'VmHWM');
    const held = memoryMb(main, 'VmHWM');
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
        ours: held,
        reference: null,
        unit: 'MB',
        ratio: null,
        aim: `≤${HOST_AIM_MB} MB`,
        ok: held <= HOST_AIM_MB,
      },
    ];
  } finally {
    await browser.close();
    await host.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await run(), null, 1)}\n`);
