import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { runOrder } from '../../electron/domain/reader-study/training.ts';
import { trialDesignSchema } from '../../electron/shared/reader-study.ts';
import { startHost } from './host.ts';
import { ELSEWHERE, LESION, makeTraining } from './training-cases.ts';
import { dragImage, openWindow } from './window.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const NAME = 'For two readers';

/** Another reader of the same window. @returns The profile's id. */
async function become(page: Page, name: string): Promise<string> {
  await page.getByRole('button', { name: /^Reader .*: change$/ }).click();
  const known = page.getByRole('button', { name, exact: true });
  if ((await known.count()) > 0) await known.click();
  else {
    await page.getByLabel('New reader').fill(name);
    await page.keyboard.press('Enter');
  }
  await expect(page.getByRole('button', { name: `Reader ${name}: change` })).toBeVisible();
  return page.evaluate(async () => (await (await fetch('/api/session')).json()).reader.id as string);
}

test('double clicks lock one opinion each; who sits down next finds nothing of the one before', async ({
  browser,
}) => {
  test.slow();
  const folder = mkdtempSync(join(tmpdir(), 'overread-hands-'));
  const host = await startHost();
  try {
    const page = await openWindow(await browser.newContext(), host.url, 'A. First');
    await makeTraining(page, host.data, folder);
    const second = await become(page, 'B. Second');
    const first = await become(page, 'A. First');
    const design = trialDesignSchema.parse(
      JSON.parse(readFileSync(join(host.data, 'training.json'), 'utf8')),
    );
    const profiles = { R1: first, R2: second };
    design.name = NAME;
    design.readers = Object.entries(profiles).map(([reader, profile]) => ({ reader, profile }));
    const codes = design.cases.map((one) => one.case);
    const firstOf = (reader: string): string | undefined => runOrder(design, codes, reader, 1)[0];
    // Both begin with the same case.
    design.seed = Array.from({ length: 200 }, (_, seed) => seed).find((seed) => {
      design.seed = seed;
      return firstOf('R1') === firstOf('R2');
    }) as number;
    const file = join(host.data, 'two.json');
    writeFileSync(file, JSON.stringify(design));
    const node = join(ROOT, 'node_modules/.bin/node');
    execFileSync(node, ['scripts/overread.mjs', 'trial', 'create', file, '--data', host.data], { cwd: ROOT });
    await page.reload();
    await page
      .getByRole('list', { name: 'Trainings' })
      .getByRole('listitem')
      .filter({ hasText: NAME })
      .getByRole('button')
      .click();

    const panel = page.getByRole('complementary', { name: 'Training' });
    const begin = page.getByRole('button', { name: 'Begin', exact: true });
    await begin.dblclick();
    await expect(panel).toContainText('case 1 of 5');
    await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', /\d/, { timeout: 30_000 });
    // A tool is left by Escape, and a mark taken away by Delete.
    await page.keyboard.press('f');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('button', { name: 'Finding box' })).toHaveAttribute('aria-pressed', 'false');
    for (const box of [LESION, ELSEWHERE]) {
      await page.keyboard.press('f');
      await dragImage(page, [box[0], box[1]], [box[2], box[3]]);
    }
    await expect(page.locator('.mark--reader')).toHaveCount(2);
    await page.keyboard.press('Delete');
    await expect(page.locator('.mark--reader')).toHaveCount(1);
    // Without a mouse: placed, moved, taken away.
    await page.keyboard.press('f');
    await page.keyboard.press('Enter');
    await expect(page.locator('.mark--reader')).toHaveCount(2);
    const placed = page.locator('.mark--reader').last();
    const before = await placed.boundingBox();
    for (let presses = 0; presses < 10; presses += 1) await page.keyboard.press('Alt+ArrowRight');
    await expect.poll(async () => (await placed.boundingBox())?.x).toBeGreaterThan((before?.x ?? 0) + 5);
    await page.keyboard.press('Delete');
    await expect(page.locator('.mark--reader')).toHaveCount(1);
    await panel.getByRole('button', { name: '3', exact: true }).click();

    await become(page, 'B. Second');
    await begin.click();
    await expect(panel).toContainText('case 1 of 5');
    await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', /\d/, { timeout: 30_000 });
    await expect(page.locator('.mark')).toHaveCount(0);
    await expect(panel.locator('[aria-pressed="true"]')).toHaveCount(0);

    await become(page, 'A. First');
    await expect(page.locator('.mark--reader')).toHaveCount(1);
    await page.getByRole('button', { name: 'Lock my blind read' }).dblclick();
    await expect(page.getByRole('region', { name: 'AI' })).toContainText('Your blind read is locked');
    await page.waitForTimeout(500);
    await expect(page.getByRole('button', { name: 'Lock, and show the truth' })).toBeEnabled();
    await page.getByRole('button', { name: 'Lock, and show the truth' }).dblclick();
    await expect(page.getByRole('complementary', { name: 'Feedback' })).toContainText('case 1 of 5');
    await page.waitForTimeout(500);
    await expect(page.getByRole('complementary', { name: 'Feedback' })).toContainText('You, before the AI');
    await page.context().close();
  } finally {
    await host.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
