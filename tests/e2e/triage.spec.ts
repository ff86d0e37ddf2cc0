import { expect, test } from '@playwright/test';
import { startHost } from './host.ts';
import { judgeScreen, openStudy, openWindow } from './window.ts';

/** A synthetic sample that the shipped chest model scores above its balanced point. */
const POSITIVE = 'SYNTHETIC, Chest radiograph';

test('under AI first the worklist can be ordered by what the models found, and says so of each read', async ({
  browser,
}) => {
  test.slow();
  const host = await startHost({ samples: true, policy: { reading: { aiMode: 'ai-first' } } });
  try {
    const page = await openWindow(await browser.newContext(), host.url, 'R. Reader');
    await expect(page.getByRole('row', { name: POSITIVE })).toBeVisible({ timeout: 60_000 });
    // The worklist itself tells nothing.
    await expect(page.locator('.wl-ai')).toHaveCount(0);
    await page.locator('body').press('t');
    await expect(page.getByRole('button', { name: 'AI triage' })).toHaveAttribute('aria-current', 'true');
    const first = page.getByRole('row').nth(1);
    await expect(first).toContainText(POSITIVE, { timeout: 60_000 });
    await expect(first.locator('.wl-ai')).toContainText(/AI 0\.\d\d chest-adult/);
    await expect(first).toContainText('tuberculosis-type abnormality');
    await expect(page.getByText('with a positive AI result first')).toContainText('1 study');
    const rows = await page.getByRole('row').count();
    expect(rows).toBeGreaterThan(5);
    await judgeScreen(page, 'worklist-triage');
    await openStudy(page, POSITIVE);
    await expect(page.getByText('Reading, AI shown')).toBeVisible({ timeout: 30_000 });
    await page.context().close();
  } finally {
    await host.stop();
  }
});

test('under blind first there is none', async ({ browser }) => {
  const host = await startHost();
  try {
    const page = await openWindow(await browser.newContext(), host.url, 'R. Reader');
    await expect(page.getByRole('button', { name: 'Refused files' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'AI triage' })).toHaveCount(0);
    await page.locator('body').press('t');
    await expect(page.getByText('with a positive AI result first')).toHaveCount(0);
    await page.context().close();
  } finally {
    await host.stop();
  }
});
