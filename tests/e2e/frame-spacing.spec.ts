import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import type { DicomElement } from '../../electron/dicom/dicom-element.ts';
import { writeSeries } from './dicom-files.ts';
import { type Host, startHost } from './host.ts';
import { blocks } from './phantoms.ts';
import { dragImage, importPaths, judgeScreen, openStudy, openWindow } from './window.ts';

const el = (tag: string, vr: string, value: DicomElement['value']): DicomElement => ({ tag, vr, value });

/** Each frame of one object with a pixel spacing and an orientation of its own. */
const FRAMES = [
  { spacing: 1, orientation: '1\\0\\0\\0\\1\\0', letters: 'RLAP', length: '100', name: 'of 1.000 mm' },
  { spacing: 3, orientation: '0\\1\\0\\0\\0\\-1', letters: 'APHF', length: '300', name: 'of 3.000 mm' },
  { spacing: 0.5, orientation: '1\\0\\0\\0\\0\\-1', letters: 'RLHF', length: '50', name: 'of 0.500 mm' },
] as const;

const { spacing: _spacing, ...PHANTOM } = blocks({
  patientName: 'SPACING^Frames',
  root: '2.25.900091',
  rows: 256,
  frames: FRAMES.length,
  elements: [
    el('00280008', 'IS', String(FRAMES.length)),
    el(
      '52009230',
      'SQ',
      FRAMES.map(({ spacing, orientation }) => [
        el('00289110', 'SQ', [[el('00280030', 'DS', `${spacing}\\${spacing}`)]]),
        el('00209116', 'SQ', [[el('00200037', 'DS', orientation)]]),
        el('00209113', 'SQ', [[el('00200032', 'DS', '0\\0\\0')]]),
      ]),
    ),
  ],
});

let host: Host;
let page: Page;
let folder: string;

test.beforeAll(async ({ browser }) => {
  folder = mkdtempSync(join(tmpdir(), 'overread-frame-spacing-'));
  writeSeries(folder, PHANTOM);
  host = await startHost();
  page = await openWindow(await browser.newContext(), host.url, 'S. Spacing');
  await importPaths(page, [folder]);
});

test.afterAll(async () => {
  await page.context().close();
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('each frame of an object is measured, scaled and lettered by its own plane', async () => {
  await openStudy(page, 'SPACING, Frames');
  for (const { spacing, letters, length, name } of FRAMES) {
    await page.getByRole('navigation', { name: 'Series' }).getByRole('button', { name }).click();
    await expect(page.getByTestId('stack-label')).toContainText(name);
    await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', '0');
    await expect
      .poll(async () => (await page.locator('.overlay__edge').allInnerTexts()).join(''))
      .toBe(letters);
    await page.keyboard.press('l');
    await dragImage(page, [60, 100], [160, 100]);
    const words = page.locator('[data-measure="length"] text');
    await expect(words).toHaveText(/ mm$/);
    const text = (await words.textContent()) ?? '';
    // The mouse stands on whole points of the screen.
    expect(Math.abs(Number.parseFloat(text) / Number(length) - 1), text).toBeLessThan(0.005);
    const numbers = (await page.getByTestId('view-numbers').innerText()).replace(/\s+/g, ' ');
    const [, zoom = '', scale = ''] = /zoom ([\d.]+) ([\d.]+) px\/mm(?! at)/.exec(numbers) ?? [];
    expect(Math.abs(Number(scale) - Number(zoom) / spacing), numbers).toBeLessThan(0.06);
  }
  await judgeScreen(page, 'frame-spacing');
});
