import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { studyUID, writeSeries } from './dicom-files.ts';
import { type Host, startHost } from './host.ts';
import { CHEST, ctStack } from './phantoms.ts';
import { dragImage, importPaths, judgeScreen, openStudy, openWindow } from './window.ts';

const STACK = ctStack(12, '2.25.900002');

let host: Host;
let page: Page;
let folder: string;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser }) => {
  folder = mkdtempSync(join(tmpdir(), 'overread-reading-'));
  writeSeries(join(folder, 'chest'), CHEST);
  writeSeries(join(folder, 'stack'), STACK);
  writeFileSync(join(folder, 'notes.txt'), 'not an image');
  host = await startHost();
  const context = await browser.newContext({
    viewport: { width: 1600, height: 1000 },
    acceptDownloads: true,
  });
  page = await openWindow(context, host.url, 'R. Reader');
});

test.afterAll(async () => {
  await page.context().close();
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('an empty worklist says what to do next', async () => {
  await expect(page.getByText('No studies yet')).toBeVisible();
  await judgeScreen(page, 'worklist-empty');
});

test('studies are imported through the window, and what was refused is listed', async () => {
  await page.keyboard.press('n');
  await expect(page.getByRole('dialog', { name: 'Import' })).toBeVisible();
  await judgeScreen(page, 'import');
  await page.keyboard.press('Escape');
  await importPaths(page, [folder]);
  await expect(page.getByRole('row', { name: 'SYNTHETIC, Chest' })).toBeVisible();
  await expect(page.getByRole('row', { name: 'SYNTHETIC, Stack' })).toBeVisible();
  await page.getByRole('button', { name: 'Report' }).click();
  await expect(page.getByRole('dialog').getByRole('cell', { name: 'not-dicom' })).toBeVisible();
  await judgeScreen(page, 'import-report');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /Refused files/ }).click();
  await expect(page.getByRole('region', { name: 'Refused files' })).toContainText('notes.txt');
  await judgeScreen(page, 'worklist-refused');
  await page.getByRole('button', { name: 'All', exact: false }).first().click();
  await page.getByRole('button', { name: /^Dismiss/ }).click();
  await judgeScreen(page, 'worklist');
});

test('a dropped file comes in too', async () => {
  const bytes = await readFile(join(folder, 'chest', '0001.dcm'));
  const dropped = await page.evaluateHandle((base64) => {
    const transfer = new DataTransfer();
    const data = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    transfer.items.add(new File([data], 'again.dcm'));
    return transfer;
  }, bytes.toString('base64'));
  await page.dispatchEvent('body', 'dragover', { dataTransfer: dropped });
  await page.dispatchEvent('body', 'drop', { dataTransfer: dropped });
  await page.getByRole('button', { name: 'Import 1 file' }).click();
  await expect(page.getByText('1 already here')).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: /^Dismiss/ }).click();
});

test('the image opens with who, when and which side beside it', async () => {
  await openStudy(page, 'SYNTHETIC, Chest');
  await expect(page.getByTestId('identity')).toContainText('SYNTHETIC, Chest');
  await expect(page.getByTestId('identity')).toContainText('SYN-0001');
  await expect(page.getByTestId('identity')).toContainText('2026-11-20');
  const overlay = page.locator('.overlay');
  await expect(overlay.locator('.overlay__edge--right')).toHaveText('L');
  await expect(overlay.locator('.overlay__edge--left')).toHaveText('R');
  await expect(page.getByTestId('view-numbers')).toContainText('W 4096 L 2048');
  await expect(page.getByTestId('view-numbers')).toContainText('px/mm at the detector');
});

test('right drag changes window and level, the wheel with Ctrl magnifies, 0 puts all back', async () => {
  const numbers = page.getByTestId('view-numbers');
  await dragImage(page, [300, 300], [400, 250], 'right');
  await expect(numbers).not.toContainText('W 4096 L 2048');
  const before = await page.getByTestId('pane').getAttribute('data-matrix');
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -240);
  await page.keyboard.up('Control');
  await expect(page.getByTestId('pane')).not.toHaveAttribute('data-matrix', before ?? '');
  await dragImage(page, [300, 300], [330, 360], 'middle');
  await page.keyboard.press('0');
  await expect(numbers).toContainText('W 4096 L 2048');
  await expect(page.getByTestId('pane')).toHaveAttribute('data-matrix', before ?? '');
});

test('a marked finding is saved by itself and is there after a reload', async () => {
  await page.keyboard.press('f');
  await dragImage(page, [200, 262], [282, 340]);
  await expect(page.locator('[data-finding]')).toHaveCount(1);
  await page.getByLabel('Label').fill('Opacity');
  await page.getByLabel('Laterality').selectOption('right');
  await page.getByRole('radio', { name: '4 certain' }).check();
  await page.getByLabel('Comment').fill('round, 3 cm');
  // Two lengths across it, drawn with L, become its size with S.
  const long = page.getByLabel('Longest diameter, mm');
  await expect(page.getByRole('button', { name: 'Take S' })).toBeDisabled();
  await page.keyboard.press('Escape');
  // Without a length S goes to the field; three digits behind a comma could be thousands.
  await page.keyboard.press('s');
  await expect(long).toBeFocused();
  await page.keyboard.type('1,200');
  await expect(page.getByText('with two decimals at most')).toBeVisible();
  await long.fill('');
  await page.keyboard.press('Escape');
  for (const [from, to] of [
    [
      [210, 300],
      [270, 300],
    ],
    [
      [240, 280],
      [240, 320],
    ],
  ] as const) {
    await page.keyboard.press('l');
    await dragImage(page, from, to);
  }
  await page.keyboard.press('s');
  await expect(page.getByText('measured at the detector, where it is magnified')).toBeVisible();
  const [longest, other] = [
    await long.inputValue(),
    await page.getByLabel('Diameter at right angles').inputValue(),
  ];
  // Both lengths are in the same unit: 60 and 40 pixels of square ones.
  expect(Number(longest) / Number(other)).toBeCloseTo(1.5, 1);
  await long.fill('1');
  await expect(page.getByText('Not saved yet: the second diameter is longer than the first.')).toBeVisible();
  await long.fill('41,5');
  await expect(page.locator('[data-finding] .finding__line')).toContainText(`· 41.5 × ${other} mm`);
  await page.getByRole('button', { name: 'Clear measurements' }).click();
  await expect(page.getByTestId('save')).toHaveText('saved');
  await judgeScreen(page, 'reading');
  await page.reload();
  await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', '0');
  await expect(page.locator('[data-finding]')).toContainText('Opacity · right');
  await page.locator('[data-finding] .finding__line').click();
  await expect(page.getByLabel('Comment')).toHaveValue('round, 3 cm');
  await expect(page.getByRole('radio', { name: '4 certain' })).toBeChecked();
  await expect(page.getByLabel('Longest diameter, mm')).toHaveValue('41.5');
  await expect(page.locator('.mark--reader .mark__label')).toHaveText('1 Opacity');
});

test('no request of the blind read brings anything that comes from a model', async () => {
  const answers: string[] = [];
  page.on('response', (response) => {
    const type = response.headers()['content-type'] ?? '';
    if (type.includes('json') && !response.url().endsWith('/events')) {
      void response.text().then(
        (text) => answers.push(text),
        () => undefined,
      );
    }
  });
  await page.reload();
  await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', '0');
  await page.waitForTimeout(500);
  page.removeAllListeners('response');
  expect(answers.length).toBeGreaterThan(2);
  expect(answers.join('\n')).not.toMatch(/"(score|probability|recordId|operatingPoint|heatmap)"/);
  await expect(page.locator('body')).not.toContainText(/score|attention|lung field/i);
});

test('a commit without an impression is refused, and says so', async () => {
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('alert')).toContainText('impression-missing');
  // Saving goes on after a refusal.
  await page.getByLabel('Impression').fill('to be written');
  await expect(page.getByTestId('save')).toHaveText('saved');
  await page.getByLabel('Impression').fill('');
  await expect(page.getByTestId('save')).toHaveText('saved');
});

test('a commit with frames not displayed names them first', async () => {
  await page.getByRole('button', { name: 'Worklist' }).click();
  await openStudy(page, 'SYNTHETIC, Stack');
  await page.mouse.move(600, 400);
  await page.mouse.wheel(0, 100);
  await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', '1');
  await page.keyboard.press('ArrowDown');
  await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', '2');
  await expect(page.getByText('3 of 12 images displayed')).toBeVisible();
  await page.keyboard.press('1');
  await expect(page.getByTestId('view-numbers')).toContainText('W 1500 L -600 HU');
  await page.getByLabel('No abnormal finding').check();
  await page.keyboard.press('Control+Enter');
  const dialog = page.getByRole('dialog', { name: '9 images were not displayed' });
  await expect(dialog).toContainText('image 4');
  await judgeScreen(page, 'commit-unseen');
  await dialog.getByRole('button', { name: 'Look at the first' }).click();
  await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', '3');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('button', { name: 'Commit all the same' }).click();
  await expect(page.getByText('8 images were not displayed.')).toBeVisible();
  // No model's domain holds a CT: it abstains, with its reason.
  await expect(page.getByRole('region', { name: 'Models' })).toContainText('abstained', { timeout: 60_000 });
  await judgeScreen(page, 'reconcile-abstained');
  await page.getByRole('button', { name: 'Worklist' }).click();
});

test('after the commit the AI’s read lies beside the reader’s', async () => {
  await openStudy(page, 'SYNTHETIC, Chest');
  await page.getByLabel('Impression').fill('Round opacity in the right upper zone.');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('complementary', { name: 'Comparison' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Models' })).toContainText('chest-adult', {
    timeout: 60_000,
  });
  await expect(page.getByRole('region', { name: 'Models' })).toContainText('record');
  await expect(page.locator('[data-item]').first()).toBeVisible();
  await expect(page.locator('.mark--reader')).toHaveCount(1);
  await expect(page.getByTestId('mask-outline')).toBeVisible();
  await expect(page.getByTestId('attention')).toHaveCount(0);
  await judgeScreen(page, 'reconcile');
  await page.keyboard.press('h');
  await expect(page.getByTestId('attention')).toHaveCount(1);
  await page.screenshot({ path: 'artefacts/screens/reconcile-attention-1280x800.png' });
  await page.keyboard.press('h');
});

test('each difference is judged with a reason, by the same keys either way, and stays judged', async () => {
  const items = await page.locator('[data-item]').count();
  for (let index = 0; index < items; index += 1) {
    const line = page.locator('[data-item] .item__line').nth(index);
    await line.focus();
    await page.keyboard.press(index % 2 === 0 ? 'a' : 'r');
    const form = page.locator('.assess');
    await expect(form.getByRole('radio', { checked: true })).toHaveCount(0);
    await expect(form.getByRole('radio')).toHaveCount(8);
    if (index === 0) await judgeScreen(page, 'assess');
    await page.keyboard.press('1');
    await page.keyboard.press('Enter');
    await expect(page.locator('[data-item]').nth(index).locator('.item__state')).toHaveText(
      index % 2 === 0 ? 'accepted' : 'rejected',
    );
  }
  await expect(page.getByText('Every difference is settled.')).toBeVisible();
  await page.reload();
  await expect(page.locator('[data-item] .item__state').first()).toHaveText('accepted');
  await page.getByRole('button', { name: 'Worklist' }).click();
  await expect(page.getByRole('row', { name: 'SYNTHETIC, Chest' })).toContainText('final');
});

test('the report comes out as PDF', async () => {
  await openStudy(page, 'SYNTHETIC, Chest');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Comparison as PDF' }).click(),
  ]);
  const bytes = await readFile(await download.path());
  expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
});

test('removing a study names it first, and it is gone', async () => {
  await page.getByRole('button', { name: 'Worklist' }).click();
  await page.getByRole('row', { name: 'SYNTHETIC, Stack' }).dispatchEvent('mousedown');
  await page.keyboard.press('Delete');
  const dialog = page.getByRole('dialog', { name: 'Remove this study?' });
  await expect(dialog).toContainText('SYNTHETIC, Stack · SYN-0002');
  await expect(dialog).toContainText('1 series, 12 instances');
  await judgeScreen(page, 'remove');
  await dialog.getByRole('button', { name: /Remove the study of SYNTHETIC, Stack/ }).click();
  await expect(page.getByRole('row', { name: 'SYNTHETIC, Stack' })).toHaveCount(0);
  await page.goto(`${new URL(host.url).origin}/#/study/${studyUID(STACK)}`);
  await expect(page.getByText('This study cannot be opened')).toBeVisible();
});
