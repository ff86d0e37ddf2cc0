import { resolve } from 'node:path';
import { type Browser, expect, type Page, test } from '@playwright/test';
import { type Host, startHost } from './host.ts';
import { judgeScreen, openStudy, openWindow } from './window.ts';

/** A phantom of the pack's goldens that the shipped model scores above its balanced point. */
const NAME = 'chest-opacity-8bit';
const OPACITY = resolve(import.meta.dirname, `../../models/chest-adult/golden/${NAME}.png`);

/** The workstation of a site with this policy, with the phantom in it. */
async function site(browser: Browser, aiMode: string): Promise<{ host: Host; page: Page }> {
  const host = await startHost({ policy: { reading: { aiMode } } });
  const page = await openWindow(await browser.newContext(), host.url, 'R. Reader');
  await page.getByRole('button', { name: 'Import …' }).first().click();
  await page.getByLabel('Files, folders or ZIPs').fill(OPACITY);
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Modality').selectOption('DX');
  await dialog.getByLabel('Body part').selectOption('CHEST');
  await dialog.getByRole('combobox', { name: /^View/ }).selectOption('PA');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('row', { name: NAME })).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: /^Dismiss/ }).click();
  await openStudy(page, NAME);
  return { host, page };
}

test('blind first: no key, no button and no wait shows anything of the AI before the commit; the read says that it was blind', async ({
  browser,
}) => {
  test.slow();
  const { host, page } = await site(browser, 'blind-first');
  try {
    await expect(page.getByLabel('Impression')).toBeVisible();
    await page.locator('body').press('q');
    // Long enough that the models have read it.
    await page.waitForTimeout(5000);
    await expect(page.locator('.mark--ai')).toHaveCount(0);
    await expect(page.getByRole('region', { name: 'AI before the commit' })).toHaveCount(0);
    await expect(page.getByText('Reading, AI shown')).toHaveCount(0);
    await expect(page.getByText(/tuberculosis|score/i)).toHaveCount(0);
    await page.locator('body').press('?');
    await expect(page.getByRole('dialog')).not.toContainText('Show what the AI found');
    await page.keyboard.press('Escape');
    await page.getByLabel('Impression').fill('Opacity on the left.');
    await page.keyboard.press('Control+Enter');
    await expect(page.locator('.mark--ai')).toHaveCount(1, { timeout: 30_000 });
    const read = page.getByRole('region', { name: 'My committed read' });
    await expect(read).toContainText('Opacity on the left.');
    await expect(read).not.toContainText('The AI was shown to you before');
  } finally {
    await page.context().close();
    await host.stop();
  }
});

test('on request: nothing of the AI until the reader asks, then it is drawn, and recorded with the read', async ({
  browser,
}) => {
  test.slow();
  const { host, page } = await site(browser, 'on-request');
  try {
    const ai = page.getByRole('region', { name: 'AI before the commit' });
    await expect(ai).toContainText('Recorded with your read');
    await page.waitForTimeout(3000);
    await expect(page.locator('.mark--ai')).toHaveCount(0);
    await expect(ai).not.toContainText('tuberculosis');
    await judgeScreen(page, 'reading-ai-on-request');
    await page.locator('body').press('q');
    await expect(page.locator('.mark--ai')).toHaveCount(1, { timeout: 30_000 });
    await expect(ai).toContainText('AI only: tuberculosis-type abnormality');
    await expect(ai).toContainText('Shown before your commit, and recorded so');
    await expect(page.getByText('Reading, AI shown')).toBeVisible();
    await judgeScreen(page, 'reading-ai-shown');
    // What was shown stays shown, and the reader's own read is empty.
    await page.reload();
    await expect(page.locator('.mark--ai')).toHaveCount(1, { timeout: 30_000 });
    await expect(page.locator('.finding')).toHaveCount(0);
    await page.getByLabel('Impression').fill('Opacity on the left.');
    await page.keyboard.press('Control+Enter');
    await expect(page.getByRole('region', { name: 'My committed read' })).toContainText(
      'The AI was shown to you before',
      { timeout: 30_000 },
    );
  } finally {
    await page.context().close();
    await host.stop();
  }
});

test('AI first: it is drawn from the start', async ({ browser }) => {
  const { host, page } = await site(browser, 'ai-first');
  try {
    await expect(page.locator('.mark--ai')).toHaveCount(1, { timeout: 30_000 });
    await expect(page.getByRole('button', { name: /Show what the AI found/ })).toHaveCount(0);
    await expect(page.getByText('Reading, AI shown')).toBeVisible();
    // It is the AI's alone: the reader's own read is empty, and says for ever that it was not blind.
    await expect(page.locator('.finding')).toHaveCount(0);
    await page.getByLabel('Impression').fill('Opacity on the left.');
    await page.keyboard.press('Control+Enter');
    await expect(page.getByRole('region', { name: 'My committed read' })).toContainText(
      'The AI was shown to you before',
      { timeout: 30_000 },
    );
  } finally {
    await page.context().close();
    await host.stop();
  }
});
