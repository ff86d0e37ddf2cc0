import { copyFileSync, linkSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { writeSeries } from './dicom-files.ts';
import { type Host, startHost } from './host.ts';
import { CHEST, ctStack } from './phantoms.ts';
import { importPaths, judgeScreen, openStudy, openWindow } from './window.ts';

/** Links to one file: an import that goes on for a while and keeps one instance. */
const LINKS = 20_000;

let host: Host;
let page: Page;
let folder: string;

test.describe.configure({ mode: 'serial', timeout: 180_000 });

test.beforeAll(async ({ browser }) => {
  folder = mkdtempSync(join(tmpdir(), 'overread-activity-'));
  writeSeries(join(folder, 'chest'), CHEST);
  writeSeries(join(folder, 'stack'), ctStack(4, '2.25.900104'));
  mkdirSync(join(folder, 'incoming'));
  mkdirSync(join(folder, 'many'));
  for (let i = 0; i < LINKS; i += 1)
    linkSync(join(folder, 'stack', '0001.dcm'), join(folder, 'many', `${i}.dcm`));
  host = await startHost({ watch: [join(folder, 'incoming')] });
  page = await openWindow(await browser.newContext(), host.url, 'A. Active');
});

test.afterAll(async () => {
  await page.context().close();
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

const panel = (): Locator => page.getByRole('dialog', { name: 'What runs' });
const analysis = (): Locator => panel().getByRole('list', { name: 'AI analysis of committed studies' });
const standing = (): Locator => panel().getByRole('list', { name: 'What goes on by itself' });
const imports = (): Locator => panel().getByRole('list', { name: 'Imports and backups, newest first' });

test('one key shows all that runs, before there is anything', async () => {
  await page.locator('body').press('b');
  await expect(standing()).toContainText('AI analysis');
  await expect(standing()).toContainText('Self-test of devices');
  await expect(standing()).toContainText('incoming');
  await expect(imports()).toContainText('Nothing was imported or backed up yet');
  await expect(analysis()).toContainText('once you have committed');
  await judgeScreen(page, 'activity-empty');
  await page.keyboard.press('Escape');
  await expect(panel()).toHaveCount(0);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard and mouse' })).toContainText('What runs');
  await page.keyboard.press('Escape');
  // In a field the letter is a letter.
  await page.keyboard.press('/');
  await page.keyboard.type('b');
  await expect(panel()).toHaveCount(0);
  await page.keyboard.press('Escape');
});

test('what comes in while it is open waits below a number, and no row moves', async () => {
  await importPaths(page, [join(folder, 'stack')]);
  await page.getByRole('button', { name: /^What runs/ }).click();
  const first = imports().getByRole('listitem').first();
  await expect(first).toContainText('4 imported');
  const before = await first.boundingBox();
  copyFileSync(join(folder, 'chest', '0001.dcm'), join(folder, 'incoming', 'chest.dcm'));
  const newer = panel().getByRole('button', { name: 'Show 1 newer' });
  await expect(newer).toBeVisible({ timeout: 40_000 });
  expect(await first.boundingBox()).toEqual(before);
  await expect(first).toContainText('Import stack');
  await newer.click();
  const watched = imports().getByRole('listitem').first();
  await expect(watched).toContainText('Watched folder incoming');
  await expect(watched).toContainText('1 imported', { timeout: 30_000 });
  await page.keyboard.press('Escape');
});

test('beside a blind read it says the same before and after models have read the study', async () => {
  await openStudy(page, 'SYNTHETIC, Chest');
  await page.locator('body').press('b');
  await expect(analysis()).toBeVisible();
  const ai = async (): Promise<string> =>
    `${await standing().getByRole('listitem').first().innerText()} ${await analysis().innerText()}`;
  const early = await ai();
  // By now every model has read it or abstained: the next test shows that.
  await page.waitForTimeout(6000);
  expect(await ai()).toBe(early);
  expect(early).not.toMatch(/chest-adult|completed|abstained|failed|cpu|\d s/i);
  await judgeScreen(page, 'activity-blind');
  await page.keyboard.press('Escape');
});

test('after the commit it tells that reader what each model did, where and how long, beside that study and in the worklist', async () => {
  await page.getByLabel('No abnormal finding').check();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('region', { name: 'Models' })).toContainText('record', { timeout: 60_000 });
  await page.locator('body').press('b');
  const row = analysis().getByRole('listitem').first();
  await expect(row).toContainText('SYNTHETIC, Chest');
  await expect(row).toContainText(/\d completed/, { timeout: 60_000 });
  await analysis()
    .getByRole('button', { name: /^Models/ })
    .click();
  await expect(analysis()).toContainText(/chest-adult .*completed · cpu, [\d.]+ s/);
  await judgeScreen(page, 'activity-committed');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Worklist' }).click();
  await page.locator('body').press('b');
  await expect(analysis()).toContainText('SYNTHETIC, Chest');
  await judgeScreen(page, 'activity');
  await page.keyboard.press('Escape');
});

test('a backup is made from the window, verified, and restored to a folder of its own', async () => {
  const target = join(folder, 'backups');
  await page.locator('body').press('b');
  await expect(standing()).toContainText('none is made by itself');
  await standing().getByRole('button', { name: 'Backups …' }).click();
  const dialog = page.getByRole('dialog', { name: 'Backups' });
  await expect(dialog).toContainText('private keys of the readers, not encrypted');
  await dialog.getByLabel('Folder of the backups').fill(target);
  await dialog.getByRole('button', { name: 'Back up now' }).dblclick({ noWaitAfter: true });
  await panel().getByRole('button', { name: 'Show 1 newer' }).click();
  const row = imports().getByRole('listitem').first();
  await expect(row).toContainText('complete, and verified by restoring it', { timeout: 60_000 });
  await standing().getByRole('button', { name: 'Backups …' }).click();
  await dialog.getByLabel('Folder of the backups').fill(target);
  await expect(dialog.getByRole('combobox', { name: 'Backup' }).getByRole('option')).toHaveCount(2);
  await expect(dialog.getByRole('option').nth(1)).toContainText('· verified (');
  await judgeScreen(page, 'backups');
  await dialog.getByRole('combobox', { name: 'Backup' }).selectOption({ index: 1 });
  // Over the data of this window: never.
  await dialog.getByLabel('New folder to restore to').fill(host.data);
  await dialog.getByRole('button', { name: 'Restore' }).click();
  await expect(dialog.getByRole('alert')).toContainText('never writes over data');
  await dialog.getByLabel('New folder to restore to').fill(join(folder, 'restored'));
  await dialog.getByRole('button', { name: 'Restore' }).click();
  await panel().getByRole('button', { name: 'Show 1 newer' }).click();
  await expect(imports().getByRole('listitem').first()).toContainText('restored and verified in', {
    timeout: 60_000,
  });
  await judgeScreen(page, 'activity-backup');
  await page.keyboard.press('Escape');
});

test('beside another study that is read blind the committed one is not told', async () => {
  await openStudy(page, 'SYNTHETIC, Stack');
  await page.locator('body').press('b');
  await expect(analysis()).toContainText('never beside a study that you still read blind');
  await expect(analysis()).not.toContainText('SYNTHETIC');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Worklist' }).click();
});

test('an import that a crash cut short is listed after the restart, and can be started again', async ({
  browser,
}) => {
  await page.getByRole('button', { name: 'Import …' }).first().click();
  await page.getByLabel('Files, folders or ZIPs').fill(join(folder, 'many'));
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  const cell = page.getByRole('region', { name: 'What runs' });
  await expect(cell).toContainText(/[1-9][\d,]* files|[1-9][\d,]*\/[\d,]+ · \d+ %/, { timeout: 30_000 });
  await host.kill();
  await page.context().close();
  host = await startHost({ data: host.data });
  page = await (await browser.newContext()).newPage();
  await page.goto(host.url);
  await page.getByRole('button', { name: 'A. Active' }).click();
  // The keys are those of the worklist, which must be there first.
  await expect(page.getByRole('row', { name: 'SYNTHETIC, Chest' })).toBeVisible();
  await page.locator('body').press('b');
  const row = imports().getByRole('listitem').first();
  await expect(row).toContainText('failed: Overread ended before this import did');
  await expect(imports()).toContainText('4 imported');
  await judgeScreen(page, 'activity-cut-short');
  await row.getByRole('button', { name: /^Start again/ }).click();
  await panel().getByRole('button', { name: 'Show 1 newer' }).click();
  const again = imports().getByRole('listitem').first();
  await expect(again).toContainText('already here', { timeout: 120_000 });
  await page.keyboard.press('Escape');
});
