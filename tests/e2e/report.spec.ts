import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { writeSeries } from './dicom-files.ts';
import { type Host, startHost } from './host.ts';
import { CHEST } from './phantoms.ts';
import { dragImage, importChestPhantom, importPaths, judgeScreen, openStudy, openWindow } from './window.ts';

let host: Host;
let page: Page;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser }) => {
  host = await startHost();
  page = await openWindow(await browser.newContext(), host.url, 'R. Reader');
  await openStudy(page, await importChestPhantom(page));
  await page.getByRole('button', { name: 'Finding box' }).click();
  await dragImage(page, [20, 20], [300, 360]);
  await page.getByLabel('Label').fill('Tuberculosis');
  await page.getByLabel('Side').selectOption('right');
  await page.getByLabel('Longest diameter, mm').fill('30');
  await page.getByLabel('Impression').fill('Tuberculosis suspected on the right.');
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('[data-item]').first()).toBeVisible({ timeout: 30_000 });
});

test.afterAll(async () => {
  await page.context().close();
  await host.stop();
});

const report = () => page.getByRole('dialog', { name: /^Report/ });
const findings = () => report().getByRole('textbox', { name: 'Findings' });
const check = () => report().getByTestId('report-check-state');

test('cannot be signed while a difference is open; the read is in it', async () => {
  await expect(page.getByTestId('open-items')).toContainText('open');
  await page.locator('[data-item] .item__line').first().focus();
  await page.keyboard.press('o');
  await expect(findings()).toHaveValue(/tuberculosis on the right, 30 mm/i);
  await expect(report().getByRole('textbox', { name: 'Impression' })).toHaveValue(
    'Tuberculosis suspected on the right.',
  );
  await expect(report().getByLabel('Computer-aided reading')).toHaveValue(/left open/);
  await expect(report().getByRole('button', { name: 'Sign the report' })).toBeDisabled();
  await expect(report().getByText('A difference is still open.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(report()).toHaveCount(0);
});

test('once all is settled it can be signed', async () => {
  for (const line of await page.locator('[data-item] .item__line').all()) {
    await line.focus();
    await page.keyboard.press('a');
    await page.keyboard.press('1');
    await page.keyboard.press('Enter');
    await expect(page.locator('.assess')).toHaveCount(0);
  }
  await expect(page.getByText('Every difference is settled.')).toBeVisible();
  await page.getByRole('button', { name: 'Report …' }).click();
  // The draft was begun before: it says that the read as it stands has changed since.
  await expect(report().getByRole('button', { name: 'Sign the report' })).toBeEnabled();
});

const RIGHT = 'Tuberculosis on the right.';
/** Each kind of inconsistency, as it is written, and the words that the check points at. */
const WRONG: readonly [kind: string, findings: string, impression: string, words: string][] = [
  ['Side', 'Tuberculosis on the left.', 'Tuberculosis.', 'left'],
  ['Not mentioned', 'The heart is normal.', 'Normal heart.', ''],
  ['Denied', 'No tuberculosis.', 'No tuberculosis.', 'No tuberculosis'],
  ['Not marked', `${RIGHT} There is a left pleural effusion.`, 'Tuberculosis, effusion.', 'pleural effusion'],
  ['Body part', `${RIGHT} The patella is intact.`, 'Tuberculosis.', 'patella'],
  ['Measurement', `${RIGHT} The cavity of the tuberculosis measures 12.`, 'Tuberculosis.', '12'],
  ['Measurement', `${RIGHT} The tuberculosis measures 55 mm.`, 'Tuberculosis.', '55 mm'],
  ['Impression', RIGHT, 'Tuberculosis. Rib fracture.', 'Rib fracture'],
  [
    'Critical result',
    `${RIGHT} Tension pneumothorax on the left.`,
    'Tuberculosis, tension pneumothorax.',
    'Tension pneumothorax',
  ],
];

for (const [kind, text, impression, words] of WRONG) {
  test(`the check points at the words: ${kind}${words === '' ? '' : `, ${words}`}`, async () => {
    await findings().fill(text);
    await report().getByRole('textbox', { name: 'Impression' }).fill(impression);
    await expect(check()).toContainText('to look at');
    const item = report()
      .getByRole('button', { name: new RegExp(`^${kind}:`) })
      .first();
    await expect(item).toBeVisible();
    await expect(report().getByRole('button', { name: 'Sign the report' })).toBeDisabled();
    if (words === '') return;
    await item.click();
    const field = kind === 'Impression' ? report().getByRole('textbox', { name: 'Impression' }) : findings();
    await expect(field).toBeFocused();
    const selected = await field.evaluate((area: HTMLTextAreaElement) =>
      area.value.slice(area.selectionStart, area.selectionEnd),
    );
    expect(selected).toBe(words);
    if (kind === 'Critical result') await judgeScreen(page, 'report-check');
  });
}

test('what is right as it is can be signed over, by name', async () => {
  await findings().fill('Tuberculosis on the left.');
  await report().getByRole('textbox', { name: 'Impression' }).fill('Tuberculosis.');
  await expect(report().getByRole('button', { name: /^Side:/ })).toBeVisible();
  await expect(check()).toHaveText('1 to look at');
  await report().getByLabel('It is right as it is: sign over this').check();
  await expect(report().getByRole('button', { name: 'Sign the report' })).toBeEnabled();
  // Another error is not covered by it.
  await findings().fill('Tuberculosis on the left. No heart enlargement. There is a left pleural effusion.');
  await expect(check()).toHaveText('2 to look at');
  await expect(report().getByRole('button', { name: 'Sign the report' })).toBeDisabled();
});

test('the letter to the patient is in plain words, tells of the program, and waits for a review', async () => {
  await findings().fill(RIGHT);
  await report().getByRole('textbox', { name: 'Impression' }).fill('Tuberculosis suspected on the right.');
  await expect(report().getByText('Nothing to object to.')).toBeVisible();
  await report().getByRole('tab', { name: 'Letter to the patient' }).click();
  const letter = report().getByLabel('Letter', { exact: true });
  await expect(letter).toHaveValue(/your chest/);
  await expect(letter).toHaveValue(/computer program also looked at your pictures/);
  await report()
    .getByLabel(/I have reviewed these words/)
    .check();
  await letter.fill(`${await letter.inputValue()}\n\nYou can call us.`);
  // A change takes the review back.
  await expect(report().getByLabel(/I have reviewed these words/)).not.toBeChecked();
  await report()
    .getByLabel(/I have reviewed these words/)
    .check();
  await judgeScreen(page, 'report-letter');
});

test('what is written is there after the window was loaded again', async () => {
  await report().getByRole('tab', { name: 'Report' }).click();
  await findings().fill(`${RIGHT} Kept.`);
  await page.reload();
  await page.getByRole('button', { name: 'Report …' }).click();
  await expect(findings()).toHaveValue(`${RIGHT} Kept.`);
});

test('is signed, printed, and followed by an addendum', async () => {
  await report().getByRole('button', { name: 'Sign the report' }).dblclick();
  await expect(page.getByRole('dialog', { name: 'Report, signed' })).toBeVisible();
  // The second click of a double click is no second signature, and no refusal of one.
  await page.waitForTimeout(500);
  await expect(report().getByRole('alert')).toHaveCount(0);
  await expect(findings()).toHaveAttribute('readonly', '');
  for (const name of ['Report as PDF', 'Letter as PDF']) {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      report().getByRole('link', { name }).click(),
    ]);
    expect(await download.failure()).toBeNull();
  }
  await report().getByLabel('Addendum to the signed report').fill('Called the ward.');
  await report().getByRole('button', { name: 'Sign and add' }).click();
  await expect(report().getByText(/Addendum 1 · signed/)).toBeVisible();
  await judgeScreen(page, 'report-signed');
});

test('the check points at the words: Sex, of a study whose files state it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'overread-report-'));
  try {
    writeSeries(folder, CHEST);
    await page.goto(`${new URL(host.url).origin}/`);
    await importPaths(page, [folder]);
    await page.getByRole('button', { name: /^Dismiss/ }).click();
    await openStudy(page, 'SYNTHETIC, Chest');
    await page.getByLabel('No abnormal finding').check();
    await page.keyboard.press('Control+Enter');
    await page.getByRole('button', { name: 'Report …' }).click({ timeout: 30_000 });
    await findings().fill('The lungs are clear. The prostate is enlarged.');
    const item = report().getByRole('button', { name: /^Sex:/ });
    await item.click();
    const selected = await findings().evaluate((area: HTMLTextAreaElement) =>
      area.value.slice(area.selectionStart, area.selectionEnd),
    );
    expect(selected).toMatch(/prostate/i);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
