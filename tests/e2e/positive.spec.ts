import { resolve } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { type Host, startHost } from './host.ts';
import { dragImage, judgeScreen, openStudy, openWindow } from './window.ts';

/** A phantom of the pack's goldens that the shipped model scores above its balanced point. */
const NAME = 'chest-opacity-8bit';
const OPACITY = resolve(import.meta.dirname, `../../models/chest-adult/golden/${NAME}.png`);

let host: Host;
let page: Page;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser }) => {
  host = await startHost();
  page = await openWindow(await browser.newContext(), host.url, 'R. Reader');
});

test.afterAll(async () => {
  await page.context().close();
  await host.stop();
});

test('a plain image comes in with the modality stated and nothing else', async () => {
  await page.getByRole('button', { name: 'Import …' }).first().click();
  await page.getByLabel('Files, folders or ZIPs').fill(OPACITY);
  await page.getByRole('dialog').getByLabel('Modality').selectOption('DX');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('row', { name: NAME })).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: /^Dismiss/ }).click();
});

test('facts stated just before the commit reach the model', async () => {
  await openStudy(page, NAME);
  // The model has abstained by now, for want of the facts that are stated next.
  await page.waitForTimeout(3000);
  const facts = page.getByRole('region', { name: 'Study facts' });
  await facts.getByRole('button', { name: 'State …' }).click();
  await facts.getByLabel('Body part').selectOption('CHEST');
  await facts.getByLabel('View').selectOption('PA');
  await facts.getByRole('button', { name: 'State these facts' }).click();
  await expect(facts).toContainText('Stated by a person');
  await page.getByLabel('Impression').fill('To be compared.');
  await page.keyboard.press('Control+Enter');
  const models = page.getByRole('region', { name: 'Models' });
  const adult = models.getByRole('listitem').filter({ hasText: 'chest-adult' }).first();
  await expect(adult).toContainText('record', { timeout: 30_000 });
  await expect(adult).not.toContainText('abstained');
  // The models for other ages and body parts say why they did not read it.
  await expect(models).toContainText("The patient's age is not stated");
});

test('what the AI alone found is drawn in its own form, and settled by a person only', async () => {
  await expect(page.locator('[data-item]')).toHaveCount(1);
  await expect(page.locator('.item--ai-only')).toHaveCount(1);
  await expect(page.locator('.mark--ai')).toHaveCount(1);
  // In the pack's own words, which claim less than its label, on the image and in the list.
  await expect(page.locator('.mark--ai')).toContainText('AI tuberculosis-type abnormality · score');
  await expect(page.locator('.item--ai-only')).toContainText('tuberculosis-type abnormality');
  const dashes = await page
    .locator('.mark--ai .mark__line')
    .evaluate((line) => getComputedStyle(line).strokeDasharray);
  expect(dashes).not.toBe('none');
  await judgeScreen(page, 'reconcile-ai-only');
  await expect(page.getByText('Every difference is settled.')).toHaveCount(0);
  await page.locator('[data-item] .item__line').focus();
  await page.keyboard.press('r');
  const form = page.locator('.assess');
  await expect(form.getByRole('radio', { checked: true })).toHaveCount(0);
  await page.keyboard.press('1');
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-item] .item__state')).toHaveText('disagree');
  await expect(page.getByText('Every difference is settled.')).toBeVisible();
  await page.getByRole('button', { name: 'Worklist' }).click();
  await expect(page.getByRole('row', { name: NAME })).toContainText('final');
});

test('a finding of both is one line with both outlines', async () => {
  await page.getByRole('button', { name: /^Reader R. Reader/ }).click();
  await page.getByLabel('New reader').fill('S. Second');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('row', { name: NAME })).toContainText('new');
  await openStudy(page, NAME);
  await page.getByRole('button', { name: 'Finding box' }).click();
  await dragImage(page, [20, 20], [300, 360]);
  await page.getByLabel('Label').fill('Tuberculosis');
  await page.getByLabel('Impression').fill('Tuberculosis suspected.');
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('.item--agree')).toHaveCount(1, { timeout: 30_000 });
  await expect(page.locator('.mark--reader')).toHaveCount(1);
  await expect(page.locator('.mark--ai')).toHaveCount(1);
  await judgeScreen(page, 'reconcile-agree');
});
