import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, expect, type Page, test } from '@playwright/test';
import { launchOptions } from './chromium.ts';
import { writeSeries } from './dicom-files.ts';
import { type Host, startHost } from './host.ts';
import { CHEST } from './phantoms.ts';
import { dragImage, importPaths, openStudy, openWindow } from './window.ts';

let host: Host;
let folder: string;

test.beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'overread-crash-'));
  writeSeries(join(folder, 'chest'), CHEST);
  host = await startHost();
});

test.afterEach(async () => {
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A read in the middle: everything that a read can hold, the last word typed just now. */
async function readHalf(page: Page): Promise<void> {
  await importPaths(page, [folder]);
  await openStudy(page, 'SYNTHETIC, Chest');
  for (const [index, label] of ['Opacity', 'Nodule'].entries()) {
    await page.locator('body').press('Escape');
    await page.locator('body').press(index === 0 ? 'f' : 'o');
    await dragImage(page, [200 + index * 250, 262], [282 + index * 250, 340]);
    await expect(page.locator('[data-finding]')).toHaveCount(index + 1);
    await page.getByLabel('Label').fill(label);
  }
  await page.getByLabel('Laterality').selectOption('left');
  await page.getByRole('radio', { name: '2 possible' }).check();
  await page.getByLabel('Comment').fill('4 mm');
  await page.getByRole('button', { name: 'Lungs: abnormal' }).click();
  await page.getByRole('button', { name: 'Heart: normal' }).click();
  await page.getByLabel('Recommendation (optional)').fill('CT in three months.');
  await page.getByLabel('Confidence in this read (optional)').selectOption({ index: 2 });
  await page.getByLabel('Impression').fill('Opacity on the right, nodule on the left');
  await expect(page.getByTestId('save')).toHaveText('saved');
  await page.getByLabel('Impression').press('End');
  await page.getByLabel('Impression').pressSequentially(', last word.');
}

/** The same read in another window, to the last change. */
async function expectHalf(page: Page): Promise<void> {
  await openStudy(page, 'SYNTHETIC, Chest');
  await expect(page.getByLabel('Impression')).toHaveValue(
    'Opacity on the right, nodule on the left, last word.',
  );
  await expect(page.locator('.mark--reader')).toHaveCount(2);
  await expect(page.locator('[data-finding]').first()).toContainText('Opacity');
  await page.locator('[data-finding] .finding__line').nth(1).click();
  await expect(page.getByLabel('Label')).toHaveValue('Nodule');
  await expect(page.getByLabel('Laterality')).toHaveValue('left');
  await expect(page.getByRole('radio', { name: '2 possible' })).toBeChecked();
  await expect(page.getByLabel('Comment')).toHaveValue('4 mm');
  await expect(page.getByRole('button', { name: 'Lungs: abnormal' })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByRole('button', { name: 'Heart: normal' })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.locator('.checklist [aria-pressed="true"]')).toHaveCount(2);
  await expect(page.getByLabel('Recommendation (optional)')).toHaveValue('CT in three months.');
  await expect(page.getByLabel('Confidence in this read (optional)')).toHaveValue('2');
  // And it can be gone on with to its end.
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('region', { name: 'My committed read', exact: true })).toContainText(
    'last word.',
  );
}

async function windowAgain(browser: Browser): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(host.url);
  await page.getByRole('button', { name: 'C. Rash' }).click();
  await expect(page.getByRole('row', { name: 'SYNTHETIC, Chest' })).toContainText('reading');
  return page;
}

test('the window’s process is killed in mid-read: the draft is there, to the last change', async ({
  browser,
}) => {
  test.slow();
  const server = await chromium.launchServer({ ...launchOptions(), headless: true });
  const doomed = await chromium.connect(server.wsEndpoint());
  const page = await openWindow(await doomed.newContext(), host.url, 'C. Rash');
  await readHalf(page);
  // Half a second after the last key: a change is on its way in a quarter of one.
  await page.waitForTimeout(500);
  const gone = new Promise((done) => server.process().once('exit', done));
  await server.kill();
  await gone;
  // The workstation's process lives on and is not told: its session's cookie is gone with the browser, so that it is entered by its first address.
  await host.kill();
  host = await startHost({ data: host.data });
  await expectHalf(await windowAgain(browser));
});

test('the tab’s process is killed in mid-read: reloading brings the draft', async ({ browser }) => {
  const context = await browser.newContext();
  const page = await openWindow(context, host.url, 'C. Rash');
  await readHalf(page);
  await page.waitForTimeout(500);
  const crashed = page.waitForEvent('crash');
  void page.goto('chrome://crash').catch(() => undefined);
  await crashed;
  const next = await context.newPage();
  await next.goto(new URL(host.url).origin);
  await expectHalf(next);
  await context.close();
});

test('the workstation’s process is killed in mid-read: the draft is there after the restart, and the window says what it could not save', async ({
  browser,
}) => {
  test.slow();
  const page = await openWindow(await browser.newContext(), host.url, 'C. Rash');
  await readHalf(page);
  await page.waitForTimeout(500);
  await host.kill();
  // What is typed now cannot be saved, and the window does not hide it.
  await page.getByLabel('Comment').fill('typed while nothing listened');
  await expect(page.getByTestId('save')).not.toHaveText('saved');
  await expect(page.locator('.save--failed')).toBeVisible({ timeout: 15_000 });
  await page.context().close();
  host = await startHost({ data: host.data });
  await expectHalf(await windowAgain(browser));
});
