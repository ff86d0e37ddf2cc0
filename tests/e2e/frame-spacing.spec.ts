import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import type { DicomElement } from '../../electron/dicom/dicom-element.ts';
import { type TestSeries, writeSeries } from './dicom-files.ts';
import { type Host, startHost } from './host.ts';
import { blocks } from './phantoms.ts';
import { dragImage, importPaths, judgeScreen, openStudy, openWindow } from './window.ts';

const el = (tag: string, vr: string, value: DicomElement['value']): DicomElement => ({ tag, vr, value });

/** Each frame of one object with a pixel spacing and an orientation of its own. */
const FRAMES = [
  { spacing: 1, orientation: '1\\0\\0\\0\\1\\0', letters: 'RLAP', length: '100', name: '1.000 mm' },
  { spacing: 3, orientation: '0\\1\\0\\0\\0\\-1', letters: 'APHF', length: '300', name: '3.000 mm' },
  { spacing: 0.5, orientation: '1\\0\\0\\0\\0\\-1', letters: 'RLHF', length: '50', name: '0.500 mm' },
] as const;

/** On a projection that nothing calibrated, a frame's spacing holds at the detector. */
const STUDIES = [
  { patient: 'Frames', modality: 'CT', where: '' },
  { patient: 'Projection', modality: 'XA', where: ' at the detector' },
] as const;

function phantom(patient: string, modality: string, root: string): TestSeries {
  const { spacing: _spacing, ...series } = blocks({
    patientName: `SPACING^${patient}`,
    modality,
    root,
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
  return series;
}

let host: Host;
let page: Page;
let folder: string;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser }) => {
  folder = mkdtempSync(join(tmpdir(), 'overread-frame-spacing-'));
  for (const [i, { patient, modality }] of STUDIES.entries())
    writeSeries(join(folder, patient), phantom(patient, modality, `2.25.90009${i + 1}`));
  host = await startHost();
  page = await openWindow(await browser.newContext(), host.url, 'S. Spacing');
  await importPaths(page, [folder]);
});

test.afterAll(async () => {
  await page.context().close();
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

for (const { patient, modality, where } of STUDIES) {
  test(`each frame of a ${modality} object is measured, scaled and lettered by its own plane`, async () => {
    await page.evaluate(() => {
      globalThis.location.hash = '#/';
    });
    await openStudy(page, `SPACING, ${patient}`);
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
      await expect(words).toHaveText(new RegExp(`^[\\d.]+ mm${where}$`));
      const text = (await words.textContent()) ?? '';
      // The mouse stands on whole points of the screen.
      expect(Math.abs(Number.parseFloat(text) / Number(length) - 1), text).toBeLessThan(0.005);
      const numbers = (await page.getByTestId('view-numbers').innerText()).replace(/\s+/g, ' ');
      const form = /zoom ([\d.]+) · screen ([\d.]+) px\/mm( at the detector)?/;
      expect(numbers).toMatch(form);
      const [, zoom = '', scale = '', at] = form.exec(numbers) ?? [];
      expect(Math.abs(Number(scale) - Number(zoom) / spacing), numbers).toBeLessThan(0.06);
      expect(at ?? '').toBe(where);
    }
    await judgeScreen(page, `frame-spacing-${modality.toLowerCase()}`);
  });
}
