import { expect, type Page, test } from '@playwright/test';
import { fillLedger, fillReliance } from '../bench/ledger-rows.ts';
import { type Host, startHost } from './host.ts';
import { judgeScreen, openWindow } from './window.ts';

let host: Host;
let page: Page;

test.describe.configure({ mode: 'serial', timeout: 120_000 });

test.beforeAll(async ({ browser }) => {
  // Three years that are over, of 24 scanners and four models.
  host = await startHost({
    prepare: (data) => {
      fillLedger(data, 12_000);
      fillReliance(data);
    },
    policy: { analysis: { background: false }, ledger: { site: 'Test site' } },
  });
  page = await openWindow(await browser.newContext(), host.url, 'Q. Quality');
});

test.afterAll(async () => {
  await page.context().close();
  await host.stop();
});

const figures = () => page.getByRole('region', { name: 'Figures' });

test('one key opens the ledger, which says what it rests on', async () => {
  await page.locator('body').press('l');
  const list = page.getByRole('navigation', { name: 'Models' });
  await expect(list).toContainText('Test site');
  await expect(list).toContainText('nothing on fewer than 10');
  await expect(list.getByRole('listitem')).toHaveCount(4);
  await expect(figures().getByRole('heading', { level: 2 }).first()).toContainText(
    'Tuberculosis by chest-adult 0.2.0',
  );
  await expect(figures()).toContainText('2023-01 to 2025-12');
  await judgeScreen(page, 'ledger');
});

test('the keyboard goes through the models and opens the numbers behind every plot', async () => {
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await expect(figures().getByRole('heading', { level: 2 }).first()).toContainText(
    'Pneumonia by chest-child',
  );
  await page.keyboard.press('k');
  await expect(figures().getByRole('heading', { level: 2 }).first()).toContainText('chest-adult 0.3.0');
  await expect(page.getByRole('table', { name: 'Drift by month' })).toBeHidden();
  await page.keyboard.press('n');
  for (const name of [
    'Sensitivity and specificity by month',
    'Drift by month',
    'Points of the ROC curve',
    'Calibration by bin',
    'Cases by score',
  ])
    await expect(page.getByRole('table', { name })).toBeVisible();
  await judgeScreen(page, 'ledger-numbers');
  await page.keyboard.press('n');
  await expect(page.getByRole('table', { name: 'Drift by month' })).toBeHidden();
});

test('every plot says in words what it is, and its numbers are those of the table beside it', async () => {
  await expect(page.getByRole('img', { name: /^Sensitivity .* by month: / })).toBeVisible();
  await expect(page.getByRole('img', { name: /^ROC curve, area 0\.\d\d\d/ })).toBeVisible();
  const accuracy = page.getByRole('table', { name: 'Accuracy' });
  await expect(accuracy).toContainText(/Sensitivity\s*0\.\d\d \(0\.\d\d–0\.\d\d\)/);
  const area = (await page.getByRole('img', { name: /^ROC curve/ }).getAttribute('aria-label'))?.match(
    /0\.\d+/,
  )?.[0];
  await expect(accuracy).toContainText(area ?? 'no area');
});

test('only whole months are asked for, and a period with too few studies says so', async () => {
  await page.getByLabel('From month').fill('2024-01');
  await page.getByLabel('To month').fill('2024-06');
  await expect(figures()).toContainText('2024-01 to 2024-06');
  await page.getByLabel('To month').fill('2024-06-15');
  await expect(page.getByLabel('To month')).toHaveValue('2024-06');
  await page.getByLabel('From month').fill('2026-01');
  await page.getByLabel('To month').fill('');
  await expect(figures()).toContainText('Nothing to tell yet');
  await judgeScreen(page, 'ledger-nothing');
  await page.getByLabel('From month').fill('');
  // Out of the field, where a letter is a letter.
  await figures().getByRole('heading', { level: 2 }).first().click();
});

test('one key shows the reader their own reads, of which there are none yet', async () => {
  await page.locator('body').press('m');
  await expect(figures()).toContainText('Figures rest on at least 10 of your own final reads');
  await judgeScreen(page, 'ledger-own-reads-none');
});

test('the CSV is offered, and each look is on the trail of who looked', async () => {
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'CSV for a registry' }).click();
  expect((await download).suggestedFilename()).toBe('assess-ai.csv');
  const seen = await page.evaluate(async () => {
    const answer = await fetch('/api/audit?limit=200');
    return ((await answer.json()) as { action: string }[]).map(({ action }) => action);
  });
  expect(seen).toContain('view-ledger');
  expect(seen).toContain('export-ledger');
  await page.locator('body').press('u');
  await expect(page.getByRole('navigation', { name: 'Views' })).toBeVisible();
});

test('a reader sees their own figures, and nobody in them but themself', async () => {
  await page.getByRole('button', { name: /^Reader Q\. Quality/ }).click();
  await page.getByRole('button', { name: 'O. Own' }).click();
  await expect(page.getByRole('navigation', { name: 'Views' })).toBeVisible();
  await page.locator('body').press('l');
  await expect(page.getByRole('navigation', { name: 'Models' })).toBeVisible();
  await page.locator('body').press('m');
  await expect(page.getByRole('table', { name: 'Reliance' })).toContainText(/over-reliance\)\s*0\.\d\d \(/);
  await expect(
    page.getByRole('table', { name: 'Agreement with the AI by finding' }).getByRole('row'),
  ).toHaveCount(3);
  await expect(figures()).not.toContainText('Quality');
  await judgeScreen(page, 'ledger-own-reads');
});
