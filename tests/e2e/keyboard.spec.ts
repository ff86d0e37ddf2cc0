import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { writeSeries } from './dicom-files.ts';
import { type Host, startHost } from './host.ts';
import { CHEST, ctStack } from './phantoms.ts';
import { importPaths, judgeScreen, openWindow } from './window.ts';

let host: Host;
let page: Page;
let folder: string;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser }) => {
  folder = mkdtempSync(join(tmpdir(), 'overread-keyboard-'));
  writeSeries(join(folder, 'chest'), CHEST);
  writeSeries(join(folder, 'stack'), ctStack(4, '2.25.900004'));
  host = await startHost();
  page = await openWindow(await browser.newContext(), host.url, 'K. Board');
  await importPaths(page, [folder]);
});

test.afterAll(async () => {
  await page.context().close();
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('a study is found, read, committed and judged without a mouse', async () => {
  await page.locator('body').press('/');
  await page.keyboard.type('chest');
  await expect(page.getByRole('row', { name: 'SYNTHETIC, Stack' })).toHaveCount(0);
  await expect(page.getByRole('row', { name: 'SYNTHETIC, Chest' })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', '0');
  // Draw, name, move, resize.
  await page.keyboard.press('f');
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Label')).toBeFocused();
  await page.keyboard.type('Nodule');
  const box = page.locator('.mark--reader .mark__line');
  const before = await box.boundingBox();
  await page.keyboard.press('Alt+ArrowRight');
  await page.keyboard.press('Alt+Shift+ArrowDown');
  await expect.poll(async () => (await box.boundingBox())?.x).toBeGreaterThan(before?.x ?? 0);
  await expect.poll(async () => (await box.boundingBox())?.height).toBeGreaterThan(before?.height ?? 0);
  await page.keyboard.press('Escape');
  await page.keyboard.press('m');
  await page.keyboard.type('Nodule in the middle.');
  await page.keyboard.press('Escape');
  await page.keyboard.press('c');
  const checklist = page.getByRole('group', { name: 'Checklist: Chest radiograph' });
  await expect(checklist.getByRole('button').first()).toBeFocused();
  for (const key of ['a', 'n', 'n', 'x']) await page.keyboard.press(key);
  await expect(checklist.getByRole('button', { name: 'Lungs: abnormal' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await expect(checklist.getByRole('button', { name: 'Mediastinum and hila: not assessed' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await expect(checklist.locator('[aria-pressed="true"]')).toHaveCount(4);
  await judgeScreen(page, 'reading-checklist');
  // At the smallest size the impression and the commit are in sight, whatever the list is scrolled to.
  for (const scrolled of [0, 10_000]) {
    await page.locator('.panel__scroll').evaluate((list, top) => list.scrollTo(0, top), scrolled);
    await expect(page.getByLabel('Impression')).toBeInViewport({ ratio: 1 });
    await expect(page.getByRole('button', { name: /^Commit my read/ })).toBeInViewport({ ratio: 1 });
  }
  // A tool takes the focus off the checklist: Enter places the finding, and its name fills in nothing.
  await page.keyboard.press('f');
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Label')).toBeFocused();
  await page.keyboard.type('Axial nodule');
  await expect(page.locator('.mark--reader')).toHaveCount(2);
  await expect(checklist.locator('[aria-pressed="true"]')).toHaveCount(4);
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('complementary', { name: 'Comparison' })).toBeVisible();
  // All that there is to judge: what a model says comes a little after the commit, and may stand before the reader's own.
  await expect(page.getByRole('region', { name: 'Models' })).toContainText('record', { timeout: 60_000 });
  await page.keyboard.press(']');
  // The first is open from the start: this goes to the next, or stays where there is but one.
  const chosen = page.locator('[data-item]:has(.item__line[aria-expanded="true"])');
  await expect(chosen.locator('.item__line')).toBeFocused();
  await page.keyboard.press('r');
  await page.keyboard.press('2');
  await page.keyboard.press('Enter');
  await expect(chosen.locator('.item__state')).toHaveText('rejected');
});

test('the list of keys opens and closes with ?', async () => {
  await page.locator('body').press('?');
  const dialog = page.getByRole('dialog', { name: 'Keyboard and mouse' });
  await expect(dialog).toContainText('Accept …');
  await expect(dialog).toContainText('Previous series');
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
});

test('what has the focus shows it', async () => {
  for (let presses = 0; presses < 6; presses += 1) {
    await page.keyboard.press('Tab');
    const outline = await page.evaluate(() => {
      const focused = document.activeElement;
      return focused === null || focused === document.body ? '2px' : getComputedStyle(focused).outlineWidth;
    });
    expect(outline).toBe('2px');
  }
});

test('another reader sees nothing of what this one read', async () => {
  await page.getByRole('button', { name: 'Worklist' }).click();
  await page.getByRole('button', { name: /^Reader K. Board/ }).click();
  await page.getByLabel('New reader').fill('S. Second');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('row', { name: 'SYNTHETIC, Chest' })).toContainText('new');
});
