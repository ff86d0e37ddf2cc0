import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { studyUID, writeSeries } from './dicom-files.ts';
import { type Host, startHost } from './host.ts';
import { EARLIER, NOW } from './two-of-one-patient.ts';
import { dragImage, importPaths, judgeScreen, openWindow } from './window.ts';

let host: Host;
let page: Page;
let folder: string;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser }) => {
  folder = mkdtempSync(join(tmpdir(), 'overread-priors-'));
  writeSeries(join(folder, 'earlier'), EARLIER);
  writeSeries(join(folder, 'now'), NOW);
  host = await startHost();
  page = await openWindow(await browser.newContext(), host.url, 'P. Prior');
  await importPaths(page, [folder]);
  await page.getByRole('button', { name: /^Dismiss/ }).click();
});

test.afterAll(async () => {
  await page.context().close();
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function open(description: string): Promise<void> {
  await page.evaluate(() => {
    window.location.hash = '#/';
  });
  await page.getByRole('row', { name: description }).dblclick();
  await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', /\d/);
}

async function mark(label: string, from: [number, number], to: [number, number]): Promise<void> {
  await page.keyboard.press('f');
  await dragImage(page, from, to);
  await page.getByLabel('Label').fill(label);
  await expect(page.getByTestId('save')).toHaveText('saved');
  await page.keyboard.press('Escape');
}

async function commit(words: string): Promise<void> {
  await page.getByLabel('Impression').fill(words);
  await page.keyboard.press('Control+Enter');
  await page.getByRole('button', { name: /Commit all the same|Commit without/ }).click();
  await expect(page.getByRole('region', { name: 'My committed read', exact: true })).toContainText(words);
}

const beside = () => page.getByTestId('pane-prior');

test('the list of priors, however late, moves no image that is drawn', async () => {
  // A mark that was begun before would lie elsewhere: 106.5 mm for 100 mm, once.
  let asked = 0;
  await page.route('**/priors', async (route) => {
    asked += 1;
    await new Promise((resolve) => setTimeout(resolve, 700));
    await route.continue();
  });
  await open('Later CT');
  const drawn = await page.getByTestId('pane').getAttribute('data-matrix');
  await expect(page.getByRole('group', { name: 'Priors' })).toBeVisible();
  await page.waitForTimeout(1000);
  expect(asked).toBe(1);
  expect(await page.getByTestId('pane').getAttribute('data-matrix')).toBe(drawn);
  await page.unroute('**/priors');
});

test('the earlier study is read and committed', async () => {
  test.slow();
  await open('Earlier CT');
  // 20 × 10 pixels of 0.7 mm.
  await mark('Nodule', [140, 225], [160, 235]);
  await commit('A nodule.');
});

test('a prior opens beside by one key, with the own marks alone, and no question goes out for its AI', async () => {
  await open('Later CT');
  // From here on: the screen before was the earlier study's own.
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await expect(page.getByLabel('Other studies of this patient')).toContainText(
    '2026-01-24 · CT · Earlier CT · 300 days before',
  );
  await page.keyboard.press('j');
  await expect(beside()).toHaveAttribute('data-shown', '0');
  await expect(beside().locator('.mark')).toHaveCount(1);
  await expect(page.getByTestId('pane').locator('.mark')).toHaveCount(0);
  expect(asked.filter((url) => /comparison|\/ai$|maps/.test(url))).toEqual([]);
  const frames = asked.filter((url) => url.includes(`${EARLIER.root}.2/frames`));
  expect(frames.length).toBeGreaterThan(0);
  for (const url of frames) expect(url).toContain(`beside=${studyUID(NOW)}`);
});

test('both scroll together by position, whichever is scrolled, and apart where that is asked for', async () => {
  await expect(page.getByTestId('scroll-link')).toContainText('by position: check the level');
  for (let i = 0; i < 3; i += 1) await page.keyboard.press('ArrowDown');
  // 6 mm: the fourth slice here, the third there.
  await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', '3');
  await expect(beside()).toHaveAttribute('data-shown', '2');
  await beside().hover();
  await page.mouse.wheel(0, 120);
  await expect(beside()).toHaveAttribute('data-shown', '3');
  // 9 mm lies between the slices at 8 and at 10 mm: the first of the two.
  await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', '4');
  await page.getByRole('button', { name: 'Linked' }).click();
  await page.keyboard.press('Home');
  await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', '0');
  await expect(beside()).toHaveAttribute('data-shown', '3');
  await page.getByRole('button', { name: 'Linked' }).click();
  await expect(page.getByTestId('scroll-link')).toContainText('shifted by 9.0 mm');
  await judgeScreen(page, 'prior-beside');
  await page.keyboard.press('j');
  await expect(beside()).toHaveCount(0);
});

test('a lesion is linked with the one of the prior, and its course has every number and goes into the impression', async () => {
  // 40 × 20 pixels: 28 by 14 mm, twice as long and as wide as before.
  await mark('Nodule', [130, 220], [170, 240]);
  await page.keyboard.press('x');
  const dialog = page.getByRole('dialog', { name: 'Change over time' });
  await expect(dialog).toContainText('Open a prior beside (J)');
  await page.keyboard.press('Escape');
  await page.keyboard.press('j');
  await expect(beside()).toHaveAttribute('data-shown', /\d/);
  await page.keyboard.press('x');
  await dialog.getByRole('button', { name: 'Link', exact: true }).click();
  const course = dialog.getByRole('region', { name: 'Nodule over time' });
  const [first, second] = [course.getByRole('row').nth(1), course.getByRole('row').nth(2)];
  await expect(first).toContainText('2026-01-24');
  await expect(first).toContainText('14.0');
  await expect(first).toContainText('baseline');
  await expect(second).toContainText('28.0');
  await expect(second).toContainText('+100.0 %');
  // Eight times the volume in 300 days: three doublings.
  await expect(second).toContainText('100 days');
  await expect(second).toContainText('PD');
  await expect(course.getByRole('img')).toHaveAccessibleName(
    /2026-01-24 long 14\.0 mm, short 7\.0 mm; 2026-11-20 long 28\.0 mm/,
  );
  await judgeScreen(page, 'change-over-time');
  await course.getByRole('button', { name: 'Add to the impression' }).click();
  await page.keyboard.press('Escape');
  await expect(page.getByLabel('Impression')).toHaveValue(
    /Nodule: 2026-01-24 14\.0 × 7\.0 mm; 2026-11-20 28\.0 × 14\.0 mm/,
  );
});

test('after the commit the prior is beside the comparison too, and the course is kept', async () => {
  await page.getByLabel('Impression').fill('');
  await commit('The nodule has grown.');
  await page.keyboard.press('j');
  await expect(beside()).toHaveAttribute('data-shown', /\d/);
  await judgeScreen(page, 'prior-beside-reconcile');
  await page.keyboard.press('x');
  await expect(page.getByRole('region', { name: 'Nodule over time' })).toContainText('100 days');
});
