import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { armOf } from '../../electron/domain/reader-study/design.ts';
import { trialDesignSchema } from '../../electron/shared/reader-study.ts';
import { type Host, startHost } from './host.ts';
import { dragImage, judgeScreen, openWindow } from './window.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** Phantoms of the pack's goldens; the shipped model scores the first above its balanced point. */
const CASES = ['chest-opacity-8bit', 'blank'] as const;

async function importCase(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Import …' }).first().click();
  await page.getByLabel('Files, folders or ZIPs').fill(join(ROOT, `models/chest-adult/golden/${name}.png`));
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Modality').selectOption('DX');
  await dialog.getByLabel('Body part').selectOption('CHEST');
  await dialog.getByRole('combobox', { name: /^View/ }).selectOption('PA');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('row', { name })).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: /^Dismiss/ }).click();
}

/** A study of both cases whose reader begins with the AI. */
async function makeTrial(page: Page, host: Host): Promise<void> {
  const { profile, studies } = await page.evaluate(async () => {
    const session = await (await fetch('/api/session')).json();
    const { rows } = await (await fetch('/api/studies')).json();
    return {
      profile: session.reader.id as string,
      studies: rows.map((row: { studyInstanceUID: string }) => row.studyInstanceUID) as string[],
    };
  });
  const design = (seed: number) =>
    trialDesignSchema.parse({
      name: 'Chest',
      seed,
      washoutDays: 0,
      cases: studies.map((study, at) => ({ case: `C${at}`, study, truth: at === 0 ? 'normal' : 'abnormal' })),
      readers: [{ reader: 'R1', profile }, { reader: 'R2' }],
    });
  const seed = [1, 2, 3, 4, 5, 6, 7, 8].find((one) => armOf(design(one), 'R1', 1) === 'with-ai') ?? 0;
  const file = join(host.data, 'design.json');
  writeFileSync(file, JSON.stringify(design(seed)));
  const node = join(ROOT, 'node_modules/.bin/node');
  execFileSync(node, ['scripts/overread.mjs', 'trial', 'create', file, '--data', host.data], { cwd: ROOT });
  await page.reload();
}

test('a reader study is read in the window: blind part, AI, second opinion; then without AI; then all is as ever', async ({
  browser,
}) => {
  test.slow();
  const host = await startHost();
  try {
    const page = await openWindow(await browser.newContext(), host.url, 'R. Reader');
    for (const name of CASES) await importCase(page, name);
    await makeTrial(page, host);
    const line = page.getByRole('list', { name: 'Reader studies' });
    await expect(line).toContainText('Reader study: Chest, 0 of 4');
    await expect(line).toContainText('Session 1, with AI');
    await judgeScreen(page, 'worklist-reader-study');
    // A case opens in the study alone.
    await page.getByRole('row', { name: CASES[0] }).dblclick();
    await expect(page.getByText("a case of the reader study 'Chest'")).toBeVisible();
    await page.getByRole('button', { name: 'Back to the worklist' }).click();
    await line.getByRole('button', { name: 'Read the next case' }).click();
    const panel = page.getByRole('complementary', { name: 'Reader study' });
    let aiDrawn = 0;
    for (const done of [0, 1]) {
      await expect(panel).toContainText(`Chest, ${done} of 4`);
      await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', /\d/, { timeout: 30_000 });
      const lock = page.getByRole('button', { name: 'Lock my blind read' });
      await expect(lock).toBeDisabled();
      await expect(page.locator('.mark--ai')).toHaveCount(0);
      await expect(page.getByRole('region', { name: 'AI' })).toHaveCount(0);
      await page.getByRole('button', { name: 'Add' }).click();
      await dragImage(page, [20, 20], [60, 60]);
      await expect(panel).toContainText('Mark 1');
      await panel.getByRole('button', { name: '2', exact: true }).click();
      await lock.click();
      await expect(page.getByRole('region', { name: 'AI' })).toContainText('Your blind read is locked');
      await expect(page.getByText('The AI is still reading')).toHaveCount(0, { timeout: 60_000 });
      aiDrawn += await page.locator('.mark--ai').count();
      if (done === 0) await judgeScreen(page, 'reader-study-with-ai');
      // What was said blind is where the second opinion begins.
      await expect(panel).toContainText('Mark 1');
      await page.getByRole('button', { name: 'Lock, and go on' }).click();
    }
    expect(aiDrawn).toBeGreaterThan(0);
    for (const done of [2, 3]) {
      await expect(panel).toContainText(`Chest, ${done} of 4`);
      await expect(panel).toContainText('Session 2, without AI');
      await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', /\d/, { timeout: 30_000 });
      await expect(page.locator('.mark--ai')).toHaveCount(0);
      await expect(page.getByRole('region', { name: 'AI' })).toHaveCount(0);
      await panel.getByRole('button', { name: '0', exact: true }).click();
      await page.getByRole('button', { name: 'Lock, and go on' }).click();
    }
    await expect(page.getByText('Finished. Thank you.')).toBeVisible();
    await page.getByRole('button', { name: 'Back to the worklist' }).click();
    await expect(line).toHaveCount(0);
    await page.getByRole('row', { name: CASES[0] }).dblclick();
    await expect(page.getByLabel('Impression')).toBeVisible({ timeout: 30_000 });
    await page.context().close();
  } finally {
    await host.stop();
  }
});
