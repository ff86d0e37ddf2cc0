import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { launchOptions } from '../e2e/chromium.ts';
import { writeSeries } from '../e2e/dicom-files.ts';
import { startHost } from '../e2e/host.ts';
import { ctStack } from '../e2e/phantoms.ts';
import { importPaths, openWindow } from '../e2e/window.ts';
import type { BenchRow } from './bench-row.ts';
import { quantile } from './quantile.ts';
import { stepTimes } from './scroll-steps.ts';

const SLICES = 200;
const FIRST_MS = 1500;
const STEP_MS = 40;

/**
 * The browser host as it is used: from the click in the worklist to the first image on the screen, and through 200 slices
 * of 512² by keyboard, each step until its image is drawn. Needs a built page (dist/renderer).
 */
export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'overread-bench-viewer-'));
  writeSeries(folder, ctStack(SLICES, '2.25.900200'));
  const host = await startHost();
  const browser = await chromium.launch(launchOptions());
  try {
    const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
    const page = await openWindow(context, host.url, 'B. Bench');
    await importPaths(page, [folder]);
    // The worklist is looked at before a study is opened; the viewer is loaded meanwhile.
    await page.waitForTimeout(2000);
    const first = await firstImage(page);
    const steps = await stepTimes((script) => page.evaluate(script), [SLICES - 1]);
    return [
      row('first image after the click', first, FIRST_MS),
      row(`scroll step, median of ${steps.length}`, quantile(steps, 0.5), STEP_MS),
      {
        ...row('scroll step, 95th percentile', quantile(steps, 0.95), STEP_MS),
        aim: 'told, no aim',
        ok: null,
      },
    ];
  } finally {
    await browser.close();
    await host.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function row(name: string, ours: number, aim: number): BenchRow {
  const unit = 'ms';
  return {
    name: `viewer: ${name}`,
    ours,
    reference: null,
    unit,
    ratio: null,
    aim: `≤${aim} ms`,
    ok: ours <= aim,
  };
}

/** Milliseconds from the click on the first row until its image is on the screen. */
function firstImage(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const shown = () => document.querySelector('[data-testid="pane"]')?.getAttribute('data-shown') ?? '';
    const began = performance.now();
    document.querySelector<HTMLElement>('[data-study]')?.click();
    while (shown() === '') await new Promise(requestAnimationFrame);
    return performance.now() - began;
  });
}
