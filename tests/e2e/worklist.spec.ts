import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { type TestSeries, writeSeries } from './dicom-files.ts';
import { type Host, startHost } from './host.ts';
import { CHEST, ctStack } from './phantoms.ts';
import { importPaths, judgeScreen, openStudy, openWindow } from './window.ts';

let host: Host;
let page: Page;
let folder: string;

test.describe.configure({ mode: 'serial' });

/** One study of a patient, made on a day. */
function study(name: string, number: number, day: string, of: TestSeries): void {
  writeSeries(join(folder, name), {
    ...of,
    studyDate: day,
    patientName: `WORK^${name}`,
    patientID: `WORK-${number}`,
    root: `2.25.9001${number}`,
  });
}

test.beforeAll(async ({ browser }) => {
  folder = mkdtempSync(join(tmpdir(), 'overread-worklist-'));
  study('Adams', 10, '20261120', CHEST);
  study('Baker', 11, '20261118', ctStack(2, ''));
  study('Clark', 12, '20261003', ctStack(2, ''));
  study('Davis', 13, '20250611', CHEST);
  study('Evans', 14, '20261121', ctStack(2, ''));
  writeFileSync(join(folder, 'notes.txt'), 'no image');
  host = await startHost();
  page = await openWindow(await browser.newContext(), host.url, 'W. Worker');
  await importPaths(page, [folder]);
});

test.afterAll(async () => {
  await page.context().close();
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

const patients = (of: Page = page): Promise<string[]> =>
  of.locator('.wl-rows .wl-cell--patientName strong').allInnerTexts();
const row = (name: string, of: Page = page) => of.getByRole('row', { name: `WORK, ${name}` });

test('a click selects and opens nothing; Enter, a double click and the button open', async () => {
  await expect(row('Adams')).toContainText('54 y');
  await row('Baker').click();
  await expect(row('Baker')).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByTestId('pane')).toHaveCount(0);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', /\d/);
  await page.getByRole('button', { name: 'Worklist' }).click();
  await openStudy(page, 'WORK, Clark');
  await page.getByRole('button', { name: 'Worklist' }).click();
  await row('Davis').click();
  await page.getByRole('button', { name: 'Open the selected study' }).click();
  await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', /\d/);
  await page.getByRole('button', { name: 'Worklist' }).click();
});

test('a priority is set by key and by menu, stays with its study, and orders the list', async () => {
  await row('Clark').click();
  await page.keyboard.press('3');
  await expect(row('Clark')).toContainText('stat');
  await expect(row('Clark')).toHaveAttribute('aria-selected', 'true');
  await row('Davis').click();
  await page.keyboard.press('p');
  const menu = page.getByRole('dialog', { name: 'Priority of WORK, Davis' });
  await expect(menu.getByRole('radio', { name: 'routine read in turn' })).toBeFocused();
  await judgeScreen(page, 'worklist-priority');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(row('Davis')).toContainText('urgent');
  await page.getByRole('columnheader', { name: 'Priority' }).getByRole('button').click();
  await expect.poll(async () => (await patients()).slice(0, 2)).toEqual(['WORK, Clark', 'WORK, Davis']);
});

test('orders go up, down and back by a click on their column', async () => {
  const head = (name: string) => page.getByRole('columnheader', { name }).getByRole('button');
  await head('Patient').click();
  await expect
    .poll(() => patients())
    .toEqual(['Adams', 'Baker', 'Clark', 'Davis', 'Evans'].map((n) => `WORK, ${n}`));
  await head('Patient').click();
  await expect.poll(async () => (await patients())[0]).toBe('WORK, Evans');
  await head('Study date').click();
  await expect
    .poll(() => patients())
    .toEqual(['Evans', 'Adams', 'Baker', 'Clark', 'Davis'].map((n) => `WORK, ${n}`));
  await expect(page.getByRole('columnheader', { name: 'Study date' })).toHaveAttribute(
    'aria-sort',
    'descending',
  );
});

test('filters narrow the list with search and order, by keys too, and are kept as a view', async () => {
  await page.locator('body').press('f');
  await expect(page.getByRole('combobox', { name: 'Modality' })).toBeFocused();
  await page.getByRole('combobox', { name: 'Modality' }).selectOption('CT');
  await expect.poll(() => patients()).toEqual(['WORK, Evans', 'WORK, Baker', 'WORK, Clark']);
  await page.getByRole('combobox', { name: 'Study date' }).selectOption('between …');
  await page.getByLabel('Study date from').fill('2026-11-01');
  await page.getByLabel('Study date to').fill('2026-11-20');
  await expect.poll(() => patients()).toEqual(['WORK, Baker']);
  await page.getByLabel('Study date to').fill('2026-11-30');
  await expect.poll(() => patients()).toEqual(['WORK, Evans', 'WORK, Baker']);
  await judgeScreen(page, 'worklist-filters');
  await page.getByRole('button', { name: 'Save view …' }).click();
  await page.getByLabel('Name of the view').fill('CT of November');
  await page.keyboard.press('Enter');
  const views = page.getByRole('navigation', { name: 'Views' });
  await expect(views.getByRole('button', { name: 'CT of November 2' })).toHaveAttribute(
    'aria-current',
    'true',
  );
  await page.getByRole('button', { name: 'Clear the filters' }).click();
  await expect(page.getByRole('status').filter({ hasText: '5 studies' })).toBeVisible();
});

test('the search box finds by modality, month and priority', async () => {
  const search = page.getByPlaceholder('Patient, ID');
  await search.fill('ct 2026-11');
  await expect.poll(() => patients()).toEqual(['WORK, Evans', 'WORK, Baker']);
  // However long the words are, the window stays as wide as it is.
  await search.fill('x'.repeat(2000));
  await expect(page.getByText('No study matches “xxx')).toBeVisible();
  await judgeScreen(page, 'worklist-long-search');
  await search.fill('is:stat');
  await expect.poll(() => patients()).toEqual(['WORK, Clark']);
  await page.getByRole('combobox', { name: 'Modality' }).selectOption('DX');
  await expect(page.getByText('No study matches “is:stat” and the filters')).toBeVisible();
  await judgeScreen(page, 'worklist-nothing-matches');
  await page.locator('.state').getByRole('button', { name: 'Clear the filters' }).click();
  await search.press('Escape');
  await expect(search).toHaveValue('');
});

test('views are named, renamed, ordered, removed, and another reader has none of them', async () => {
  const views = page.getByRole('navigation', { name: 'Views' });
  await page.getByRole('combobox', { name: 'Priority' }).selectOption('urgent or stat');
  await page.getByRole('button', { name: 'Save view …' }).click();
  await page.getByLabel('Name of the view').fill('Pressing');
  await page.keyboard.press('Enter');
  await views.getByRole('button', { name: 'Move Pressing up' }).click();
  const saved = views.getByRole('list', { name: 'Saved views' });
  await expect(saved.locator('.wl-saved__name')).toHaveText(['Pressing', 'CT of November']);
  await views.getByRole('button', { name: 'Rename Pressing …' }).click();
  await page.getByLabel('Name of the view').fill('ct of november');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('a saved view of that name already');
  await page.getByLabel('Name of the view').fill('Now');
  await page.keyboard.press('Enter');
  await expect(saved.locator('.wl-saved__name')).toHaveText(['Now', 'CT of November']);
  await judgeScreen(page, 'worklist-views');
  await page.reload();
  await expect(saved.locator('.wl-saved__name')).toHaveText(['Now', 'CT of November']);
  await saved.getByRole('button', { name: /^CT of November/ }).click();
  await expect.poll(() => patients()).toEqual(['WORK, Evans', 'WORK, Baker']);
  await saved.getByRole('button', { name: 'Remove CT of November …' }).click();
  await page.getByRole('button', { name: 'Remove the view CT of November' }).click();
  await expect(saved.locator('.wl-saved__name')).toHaveText(['Now']);
});

test('a study that another reader has open says so and nothing else; it is read beside, or taken over', async () => {
  await page.getByRole('button', { name: /^All/ }).click();
  await openStudy(page, 'WORK, Adams');
  await page.getByLabel('Impression').fill('Words of W. Worker.');
  await expect(page.getByTestId('save')).toHaveText('saved');
  const other = await page.context().newPage();
  await other.goto(new URL(host.url).origin);
  await other.getByRole('button', { name: 'Reader W. Worker: change' }).click();
  await other.getByLabel('New reader').fill('O. Other');
  await other.keyboard.press('Enter');
  await expect(row('Adams', other)).toContainText('new');
  await expect(row('Adams', other)).toContainText('Taken by another reader');
  expect(await other.locator('.worklist').innerText()).not.toContain('W. Worker');
  await expect(other.getByRole('list', { name: 'Saved views' })).toHaveCount(0);
  await judgeScreen(other, 'worklist-taken');
  await row('Adams', other).dblclick();
  await expect(other.getByText('Another reader has this study open')).toBeVisible();
  await expect(other.getByText('is shown after your own commit')).toBeVisible();
  await judgeScreen(other, 'study-taken');
  await other.getByRole('button', { name: 'Take it over …' }).click();
  const confirm = other.getByRole('dialog', { name: 'Take this study over?' });
  await expect(confirm).toContainText('each of you keeps a read of your own');
  await judgeScreen(other, 'take-over');
  await confirm.getByRole('button', { name: 'Take it over' }).click();
  await expect(other.getByTestId('pane')).toHaveAttribute('data-shown', /\d/);
  await expect(other.getByLabel('Impression')).toHaveValue('');
  // Back in the first window: its reader goes on, and is told.
  const question = page.getByRole('dialog', { name: 'Another reader in another window' });
  await question.getByRole('button', { name: 'Read on as W. Worker' }).click();
  await expect(question).toHaveCount(0);
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await expect(page.getByText('Another reader has taken this study over.')).toBeVisible();
  await expect(page.getByLabel('Impression')).toHaveValue('Words of W. Worker.');
  await judgeScreen(page, 'study-lost');
  await page.getByRole('button', { name: 'Read on beside them' }).click();
  await expect(page.getByText('Another reader has taken this study over.')).toHaveCount(0);
  await page.getByLabel('Impression').fill('Words of W. Worker, and more.');
  await expect(page.getByTestId('save')).toHaveText('saved');
  await other.close();
  await page.getByRole('button', { name: 'Worklist' }).click();
  await expect(row('Adams')).toContainText('reading');
  await expect(row('Adams')).not.toContainText('Taken');
});

test('the list of refused files is cleared, once it is said what goes', async () => {
  await page.getByRole('button', { name: 'Refused files 1' }).click();
  await expect(page.getByRole('cell', { name: 'notes.txt' })).toBeVisible();
  await page.getByRole('button', { name: 'Clear the list …' }).click();
  await expect(page.getByRole('dialog')).toContainText('The files themselves stay where they are');
  await judgeScreen(page, 'refused-clear');
  await page.getByRole('button', { name: 'Clear 1 line' }).click();
  await expect(page.getByText('No file was refused')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Refused files 0' })).toBeVisible();
});
