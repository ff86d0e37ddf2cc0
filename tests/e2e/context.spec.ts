import { resolve } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { type Host, startHost } from './host.ts';
import { judgeScreen, openStudy, openWindow } from './window.ts';

const NAME = 'chest-opacity-8bit';
const OPACITY = resolve(import.meta.dirname, '../../models/chest-adult/golden/chest-opacity-8bit.png');
const TEXT =
  '54 y F, cough for 3 days, ?pneumonia. PMH: breast cancer, mastectomy. On warfarin. No chest pain. Mother had tuberculosis.';

let host: Host;
let page: Page;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser }) => {
  host = await startHost();
  page = await openWindow(await browser.newContext(), host.url, 'R. Reader');
  await page.getByRole('button', { name: 'Import …' }).first().click();
  await page.getByLabel('Files, folders or ZIPs').fill(OPACITY);
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Modality').selectOption('DX');
  await dialog.getByLabel('Body part').selectOption('CHEST');
  await dialog.getByLabel('View').selectOption('PA');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('row', { name: NAME })).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: /^Dismiss/ }).click();
  await openStudy(page, NAME);
});

test.afterAll(async () => {
  await page.context().close();
  await host.stop();
});

const context = () => page.getByRole('region', { name: 'Clinical context' });
const entity = (words: string) => context().locator('.context-entity').filter({ hasText: words });

test('a request is pasted beside a blind read, and what it speaks of stands out', async () => {
  await context().getByRole('button', { name: 'Paste …' }).click();
  await context().getByLabel('Request, history or prior report').fill(TEXT);
  await context().getByRole('button', { name: 'Keep' }).click();
  await expect(entity('pneumonia')).toHaveAttribute('title', 'disease or complaint, doubted');
  await expect(entity('mastectomy')).toHaveAttribute('title', 'procedure, of the past');
  await expect(entity('warfarin')).toHaveAttribute('title', 'medication');
  await expect(entity('chest pain')).toHaveAttribute('title', 'disease or complaint, denied');
  await expect(entity('tuberculosis')).toHaveAttribute('title', /of a relative/);
  await judgeScreen(page, 'clinical-context');
});

test('it is there after the commit too, and goes on request', async () => {
  await page.getByLabel('Impression').fill('Pneumonia suspected.');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('region', { name: 'Differences' })).toBeVisible({ timeout: 30_000 });
  await expect(entity('warfarin')).toBeVisible();
  await context().getByRole('button', { name: 'Remove Request' }).click();
  await expect(context().locator('.context-entity')).toHaveCount(0);
});
