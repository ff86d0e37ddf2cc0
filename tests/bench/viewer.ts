import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { launchOptions } from '../e2e/chromium.ts';
import { writeSeries } from '../e2e/dicom-files.ts';
import { startHost } from '../e2e/host.ts';
import { CHEST, ctStack } from '../e2e/phantoms.ts';
import { importPaths, openStudy, openWindow } from '../e2e/window.ts';
import type { BenchRow } from './bench-row.ts';
import { quantile } from './quantile.ts';
import { stepTimes } from './scroll-steps.ts';

const SLICES = 200;
const FIRST_MS = 1500;
const STEP_MS = 40;
const REVEAL_MS = 300;
const READERS = 3;

/**
 * The browser host as it is used: from the click in the worklist to the first image on the screen, and through 200 slices
 * of 512² by keyboard, each step until its image is drawn. Needs a built page (dist/renderer).
 */
export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'overread-bench-viewer-'));
  const [stack, chest] = [join(folder, 'stack'), join(folder, 'chest')];
  writeSeries(stack, ctStack(SLICES, '2.25.900200'));
  writeSeries(chest, CHEST);
  const host = await startHost();
  const browser = await chromium.launch(launchOptions());
  try {
    const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
    const page = await openWindow(context, host.url, 'B. Bench');
    await importPaths(page, [stack]);
    // The worklist is looked at before a study is opened; the viewer is loaded meanwhile.
    await page.waitForTimeout(2000);
    const first = await firstImage(page);
    const steps = await stepTimes((script) => page.evaluate(script), [SLICES - 1]);
    const revealed = await reveal(page, chest);
    return [
      row('from the commit to both views with the AI, median of reads', revealed, REVEAL_MS),
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

/**
 * Milliseconds from the key that commits a read until the reader's view and the AI's are both drawn, the models having read the study before;
 * each by a reader of its own, since a read is committed once.
 */
async function reveal(page: Page, chest: string): Promise<number> {
  await page.getByRole('button', { name: 'Worklist' }).click();
  await importPaths(page, [chest]);
  // The models read it meanwhile: what is measured is the window and the workstation.
  await page.waitForTimeout(8000);
  const times: number[] = [];
  for (let reader = 0; reader < READERS; reader += 1) {
    await page.getByRole('button', { name: /^Reader / }).click();
    await page.getByLabel('New reader').fill(`Reveal ${reader}`);
    await page.keyboard.press('Enter');
    await openStudy(page, 'SYNTHETIC, Chest');
    await page.getByLabel('Impression').fill('Opacity.');
    // Saved by then: the commit is what is measured.
    await page.waitForTimeout(1500);
    times.push(
      await page.evaluate(async () => {
        const shown = (id: string): boolean =>
          /\d/.test(document.querySelector(`[data-testid="${id}"]`)?.getAttribute('data-shown') ?? '');
        const began = performance.now();
        window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true }));
        while (!shown('pane-ai') || document.querySelector('[data-item]') === null)
          await new Promise(requestAnimationFrame);
        while (!shown('pane')) await new Promise(requestAnimationFrame);
        return performance.now() - began;
      }),
    );
    await page.getByRole('button', { name: 'Worklist' }).click();
  }
  return quantile(times, 0.5);
}

/** Milliseconds from the click on the first row until its image is on the screen. */
function firstImage(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const shown = () => document.querySelector('[data-testid="pane"]')?.getAttribute('data-shown') ?? '';
    const began = performance.now();
    document
      .querySelector<HTMLElement>('[data-study]')
      ?.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
    while (shown() === '') await new Promise(requestAnimationFrame);
    return performance.now() - began;
  });
}
