import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { writeSeries } from './dicom-files.ts';
import { type Host, startHost } from './host.ts';
import { CHEST } from './phantoms.ts';
import { dragImage, importPaths, openStudy, openWindow } from './window.ts';

let host: Host;
let page: Page;
let folder: string;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser }) => {
  folder = mkdtempSync(join(tmpdir(), 'overread-mishaps-'));
  writeSeries(folder, CHEST);
  host = await startHost();
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  page = await openWindow(context, host.url, 'R. Reader');
  await importPaths(page, [folder]);
  await page.getByRole('button', { name: /^Dismiss/ }).click();
  await openStudy(page, 'SYNTHETIC, Chest');
});

test.afterAll(async () => {
  await page.context().close();
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

const panel = () => page.locator('.panel__scroll');
const isWide = () => panel().evaluate((one) => one.scrollWidth > one.clientWidth);
const WORD = 'Lungenrundherdverdachtsabklaerungsbeduerftigkeitsbefundbeschreibungsausdruckswort';

test('Escape loses nothing of a text that is not kept yet; a double click keeps it once', async () => {
  const context = page.getByRole('region', { name: 'Clinical context' });
  const field = context.getByLabel('Request, history or prior report');
  await context.getByRole('button', { name: 'Add …' }).click();
  await field.fill('Cough for three weeks.');
  await field.press('Escape');
  await expect(field).toHaveCount(0);
  await context.getByRole('button', { name: 'Add …' }).click();
  await expect(field).toHaveValue('Cough for three weeks.');
  await context.getByRole('button', { name: 'Keep' }).dblclick();
  await expect(context.getByRole('article')).toHaveCount(1);
  await page.waitForTimeout(500);
  await expect(context.getByRole('article')).toHaveCount(1);
});

test('a long word pushes nothing out of the panel, nor over the image', async () => {
  await page.keyboard.press('f');
  await dragImage(page, [200, 262], [282, 340]);
  await page.getByLabel('Label').fill(WORD);
  await expect(page.locator('.mark--reader .mark__label')).toHaveText(/^1 Lungen.*…$/);
  await expect(page.getByRole('button', { name: /^Take/ })).toBeInViewport({ ratio: 1 });
  expect(await isWide()).toBe(false);
});

test('a size that is none is not signed, and neither is the one before it', async () => {
  const line = page.locator('[data-finding] .finding__line');
  const [long, short] = [
    page.getByLabel('Longest diameter, mm'),
    page.getByLabel('Diameter at right angles, mm'),
  ];
  await long.fill('20');
  await short.fill('8');
  await expect(line).toContainText('20 × 8 mm');
  await short.fill('30');
  await expect(line).not.toContainText('20 × 8 mm');
  await page.getByLabel('Impression').fill('A nodule.');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Not committed: the size that you typed is not saved.')).toBeVisible();
  await expect(long).toBeFocused();
  await expect(page.getByTestId('save')).toHaveText('saved');
  await long.fill('30');
  await short.fill('20');
  await expect(page.getByText('Not committed')).toHaveCount(0);
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('region', { name: 'My committed read', exact: true })).toBeVisible();
  await expect(page.getByText('30 × 20 mm').first()).toBeVisible();
  await page.setViewportSize({ width: 1280, height: 800 });
  expect(await isWide()).toBe(false);
});
