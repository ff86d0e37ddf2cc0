import { expect, type Page, test } from '@playwright/test';
import { type Host, startHost } from './host.ts';
import { importChestPhantom, judgeScreen, openStudy, openWindow } from './window.ts';

const TEXT =
  '54 y F, cough for 3 days, ?pneumonia. PMH: breast cancer, mastectomy. On warfarin. No chest pain. Mother had tuberculosis.';

let host: Host;
let page: Page;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser }) => {
  host = await startHost();
  page = await openWindow(await browser.newContext(), host.url, 'R. Reader');
  await openStudy(page, await importChestPhantom(page));
});

test.afterAll(async () => {
  await page.context().close();
  await host.stop();
});

const context = () => page.getByRole('region', { name: 'Clinical context' });
const entity = (words: string) => context().locator('.context-entity').filter({ hasText: words });

test('a request is pasted beside a blind read, and what it speaks of stands out', async () => {
  await context().getByRole('button', { name: 'Add …' }).click();
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
