import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import type { DicomElement } from '../../electron/dicom/write-part10.ts';
import { type TestSeries, writeSeries } from './dicom-files.ts';
import { type Host, startHost } from './host.ts';
import { ctStack } from './phantoms.ts';
import { importPaths, judgeScreen, openStudy, openWindow } from './window.ts';

const STUDY = '2.25.900030.1';
const tilt = (15 * Math.PI) / 180;
const el = (tag: string, vr: string, value: DicomElement['value']): DicomElement => ({ tag, vr, value });

/** A series of the one study of this file. */
function series(
  number: number,
  description: string,
  slices: number,
  of: (slice: number) => DicomElement[],
): TestSeries {
  const root = `2.25.900030.${number}`;
  return {
    ...ctStack(slices, root),
    patientName: 'SYNTHETIC^Stacks',
    patientID: 'SYN-0030',
    description,
    sliceElements: (slice) => [
      el('0020000D', 'UI', STUDY),
      el('0008103E', 'LO', description),
      el('00200011', 'IS', String(number)),
      ...of(slice),
    ],
  };
}

/** Files from the top down, tilted gantry, 4 mm apart along z, and nothing between the fourth and the fifth from below but 8 mm. */
const HEAD = series(1, 'Head', 9, (slice) => {
  const fromBelow = 8 - slice;
  const z = 4 * (fromBelow + (fromBelow > 3 ? 1 : 0));
  return [
    el('00200032', 'DS', ['-180', '-180', String(z)]),
    el('00200037', 'DS', ['1', '0', '0', '0', Math.cos(tilt).toFixed(8), (-Math.sin(tilt)).toFixed(8)]),
    el('00201041', 'DS', (z - 20).toFixed(2)),
  ];
});

/** Two b-values at each of five positions, and a localiser at the end. */
const DIFFUSION = series(2, 'Diffusion', 11, (slice) =>
  slice === 10
    ? [
        el('00080008', 'CS', ['ORIGINAL', 'PRIMARY', 'LOCALIZER']),
        el('00200032', 'DS', ['0', '-180', '180']),
        el('00200037', 'DS', ['0', '1', '0', '0', '0', '-1']),
      ]
    : [
        el('00080008', 'CS', ['ORIGINAL', 'PRIMARY', 'DIFFUSION']),
        el('00200032', 'DS', ['-180', '-180', String(Math.floor(slice / 2) * 5)]),
        el('00189087', 'FD', slice % 2 === 0 ? 1000 : 0),
      ],
);

let host: Host;
let page: Page;
let folder: string;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser }) => {
  folder = mkdtempSync(join(tmpdir(), 'overread-stacks-'));
  for (const [i, one] of [HEAD, DIFFUSION].entries()) writeSeries(join(folder, String(i)), one);
  host = await startHost();
  const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
  page = await openWindow(context, host.url, 'R. Reader');
  await importPaths(page, [folder]);
  await page.getByRole('button', { name: /^Dismiss/ }).click();
});

test.afterAll(async () => {
  await page.context().close();
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

const numbers = () => page.getByTestId('view-numbers');
const notice = () => page.getByTestId('slice-notice');
const entry = (name: string | RegExp) =>
  page.getByRole('navigation', { name: 'Series' }).getByRole('button', { name });

async function showSlice(index: number): Promise<void> {
  await page.keyboard.press('Home');
  for (let i = 0; i < index; i += 1) await page.keyboard.press('ArrowDown');
  await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', String(index));
}

test('a tilted series with a gap is one stack, which says why it is no volume', async () => {
  await openStudy(page, 'SYNTHETIC, Stacks');
  await expect(entry(/Head/)).toContainText('1 slice missing');
  await expect(entry(/Head/)).toContainText('tilted 15.0°');
  await expect(entry(/Head/)).toHaveAccessibleDescription(
    /^Not a volume\. 1 slice seems to be missing: between images 4 and 5 \(7\.73 mm instead of 3\.86 mm\)\. Each slice is shifted against the last, at 15\.0° to the normal/,
  );
  await expect(page.getByText('Not a volume. 1 slice seems')).toBeVisible();
});

test('slices come from below up, whatever their files say, with their location', async () => {
  await showSlice(0);
  await expect(numbers()).toContainText('slice 1/9 location -20.00 mm');
  await showSlice(8);
  await expect(numbers()).toContainText('slice 9/9 location 16.00 mm');
});

test('both sides of the gap have a notice, and no other slice', async () => {
  await showSlice(2);
  await expect(notice()).toHaveCount(0);
  await showSlice(3);
  await expect(notice()).toHaveText(
    'Gap after this slice: 1 slice seems to be missing (7.73 mm instead of 3.86)',
  );
  await judgeScreen(page, 'stack-gap');
  await showSlice(4);
  await expect(notice()).toHaveText(
    'Gap before this slice: 1 slice seems to be missing (7.73 mm instead of 3.86)',
  );
});

test('b-values and the localiser are stacks of their own, with frames of their own', async () => {
  await expect(entry(/Diffusion/)).toHaveCount(3);
  await entry('b 1000').click();
  await expect(page.getByTestId('stack-label')).toHaveText('b 1000 s/mm²');
  await expect(numbers()).toContainText('slice 1/5 position 0.00 mm');
  await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', '0');
  await showSlice(4);
  await expect(numbers()).toContainText('slice 5/5 position 20.00 mm');
  await judgeScreen(page, 'stack-diffusion');
  await entry('localiser').click();
  await expect(page.getByTestId('stack-label')).toHaveText('localiser');
  await expect(numbers()).toContainText('slice 1/1');
});

test('images that were not displayed are named by their stack', async () => {
  await entry(/Head/).click();
  // It opens where it was left.
  await expect(page.getByTestId('stack-label')).toHaveCount(0);
  await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', '4');
  await showSlice(0);
  for (let i = 1; i < 9; i += 1) {
    await page.keyboard.press('ArrowDown');
    await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', String(i));
  }
  await page.getByLabel('No abnormal finding').check();
  await page.getByLabel('Impression').fill('Nothing seen.');
  await page.keyboard.press('Control+Enter');
  const dialog = page.getByRole('dialog', { name: /not displayed/ });
  await expect(dialog).toContainText('Diffusion · b 0 s/mm², image 1');
  await dialog.getByRole('button', { name: 'Look at the first' }).click();
  await expect(page.getByTestId('stack-label')).toHaveText('b 0 s/mm²');
});
