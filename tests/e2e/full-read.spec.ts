import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { writeSeries } from './dicom-files.ts';
import { startHost } from './host.ts';
import { CHEST, ctStack } from './phantoms.ts';

/** Everything that a mouse, a pen or a finger does is counted, from the window's first moment on; what a key makes of a button is not. */
async function countPointer(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(window, { pointerEvents: seen });
    for (const type of [
      'pointerdown',
      'pointermove',
      'mousedown',
      'mousemove',
      'wheel',
      'touchstart',
      'contextmenu',
      'dragover',
    ])
      window.addEventListener(type, () => seen.push(type), { capture: true });
    window.addEventListener('click', (event) => event.detail > 0 && seen.push('click'), { capture: true });
  });
  return () => page.evaluate(() => (window as unknown as { pointerEvents: string[] }).pointerEvents);
}

/** Presses Tab until an element has the focus, as somebody without a mouse does. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    const words = await page.evaluate(() => {
      const at = document.activeElement;
      return `${at?.getAttribute('aria-label') ?? ''} ${at?.textContent ?? ''}`.trim();
    });
    if (name.test(words)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach ${name.source}.`);
}

test('a full read by keyboard only: profile, import, worklist, read, commit, every difference, final', async ({
  browser,
}) => {
  test.slow();
  const folder = mkdtempSync(join(tmpdir(), 'overread-full-'));
  writeSeries(join(folder, 'chest'), CHEST);
  writeSeries(join(folder, 'stack'), ctStack(3, '2.25.900014'));
  const host = await startHost();
  const page = await (await browser.newContext()).newPage();
  const pointer = await countPointer(page);
  const { keyboard } = page;
  try {
    await page.goto(host.url);
    await expect(page.getByLabel('New reader')).toBeVisible();
    await keyboard.press('Tab');
    await tabTo(page, /^$/);
    while (!(await page.getByLabel('New reader').evaluate((field) => field === document.activeElement)))
      await keyboard.press('Tab');
    await keyboard.type('K. Only');
    await keyboard.press('Enter');
    await expect(page.getByText('No studies yet')).toBeVisible();
    await keyboard.press('n');
    const dialog = page.getByRole('dialog', { name: 'Import' });
    await expect(dialog).toBeVisible();
    while (
      !(await dialog
        .getByLabel('Files, folders or ZIPs')
        .evaluate((field) => field === document.activeElement))
    )
      await keyboard.press('Tab');
    await keyboard.type(folder);
    await tabTo(page, /^Import$/);
    await keyboard.press('Enter');
    await expect(page.getByRole('row', { name: 'SYNTHETIC, Chest' })).toBeVisible({ timeout: 60_000 });
    await expect(dialog).toHaveCount(0);
    // The worklist: found, made urgent, opened.
    await keyboard.press('/');
    await keyboard.type('chest');
    await expect(page.getByRole('row', { name: 'SYNTHETIC, Stack' })).toHaveCount(0);
    await keyboard.press('Enter');
    await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', '0');
    // A look: window, magnify, all back.
    for (const key of ['+', '+', 'i', 'i', '0']) await keyboard.press(key);
    // A finding with all that it can say.
    await keyboard.press('o');
    await keyboard.press('Enter');
    await expect(page.getByLabel('Label')).toBeFocused();
    await keyboard.type('Nodule');
    for (const key of ['Alt+ArrowLeft', 'Alt+ArrowUp', 'Alt+Shift+ArrowRight']) await keyboard.press(key);
    await keyboard.press('Tab');
    await expect(page.getByLabel('Laterality')).toBeFocused();
    await keyboard.type('r');
    await expect(page.getByLabel('Laterality')).toHaveValue('right');
    await keyboard.press('Tab');
    await keyboard.press('ArrowRight');
    await keyboard.press('Tab');
    await keyboard.type('12,5');
    await keyboard.press('Tab');
    await keyboard.type('8');
    await keyboard.press('Tab');
    await expect(page.getByLabel('Comment')).toBeFocused();
    await keyboard.type('round');
    await keyboard.press('Escape');
    await keyboard.press('c');
    const rows = await page.locator('.checklist__row').count();
    for (let row = 0; row < rows; row += 1) await keyboard.press(row === 0 ? 'a' : 'n');
    await expect(page.locator('.checklist [aria-pressed="true"]')).toHaveCount(rows);
    await keyboard.press('m');
    await keyboard.type('Nodule on the right. CT.');
    await expect(page.getByTestId('save')).toHaveText('saved');
    // Straight from the field: the commit is one key, and there is nothing in its way.
    await keyboard.press('Control+Enter');
    await expect(page.getByRole('complementary', { name: 'Comparison' })).toBeVisible();
    await expect(page.getByRole('region', { name: 'Models' })).toContainText('record', { timeout: 60_000 });
    const lines = page.locator('[data-item]');
    await expect(lines.first()).toBeVisible();
    const open = page.getByTestId('open-items');
    for (let step = 0; step < (await lines.count()); step += 1) {
      await keyboard.press(']');
      const line = page.locator('[data-item]:has(.item__line[aria-expanded="true"])');
      await expect(line.locator('.item__line')).toBeFocused();
      for (const key of ['r', '1']) await keyboard.press(key);
      await keyboard.press('Enter');
      await expect(line.locator('.item__state')).toHaveText('rejected');
    }
    await expect(open).toHaveText('all settled');
    await expect(page.getByText('Every difference is settled.')).toBeVisible();
    await keyboard.press('u');
    await expect(page.getByRole('row', { name: 'SYNTHETIC, Chest' })).toContainText('final');
    expect(await pointer()).toEqual([]);
  } finally {
    await page.context().close();
    await host.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
