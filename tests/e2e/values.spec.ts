import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import type { DicomElement } from '../../electron/dicom/dicom-element.ts';
import { voiTransform } from '../../electron/shared/frame-values.ts';
import { greyOf } from '../../renderer/viewer/window-level.ts';
import { type TestSeries, writeSeries } from './dicom-files.ts';
import { type Host, startHost } from './host.ts';
import { blocks, blockValue } from './phantoms.ts';
import { probeAt, screenValueOf } from './screen.ts';
import { dragImage, drawBy, importPaths, openDrawn, openWindow } from './window.ts';

const el = (tag: string, vr: string, value: DicomElement['value']): DicomElement => ({ tag, vr, value });
const lut = (first: number, entries: number[]) => [
  el('00283002', 'SS', [entries.length, first, 12]),
  el('00283006', 'US', entries),
];
/** A curve that no straight window draws: up, and steeply down again. */
const CURVE = Array.from({ length: 2000 }, (_, i) =>
  i < 1500 ? Math.floor(i * 2.5) : 4000 - (i - 1500) * 5,
);
/** Each stored value on another: 4095 − value, in thirds. */
const TABLE = Array.from({ length: 4096 }, (_, i) => Math.floor((4095 - i) / 3));

const study = (name: string, root: string, change: Partial<TestSeries>): TestSeries => {
  const {
    slope: _slope,
    intercept: _intercept,
    ...series
  } = blocks({
    patientName: `VALUES^${name}`,
    root,
    modality: 'DX',
    spacing: [0.2, 0.2],
    ...change,
  });
  return series;
};
const rescale = (slope: number, intercept: number) =>
  el('00289145', 'SQ', [
    [
      el('00281052', 'DS', String(intercept)),
      el('00281053', 'DS', String(slope)),
      el('00281054', 'LO', 'HU'),
    ],
  ]);
const window = (centre: number, width: number) =>
  el('00289132', 'SQ', [[el('00281050', 'DS', String(centre)), el('00281051', 'DS', String(width))]]);

const CASES = {
  curve: study('Curve', '2.25.81', {
    window: [2048, 4096],
    elements: [el('00283010', 'SQ', [lut(1000, CURVE)])],
  }),
  sigmoid: study('Sigmoid', '2.25.82', {
    window: [2048, 1024],
    elements: [el('00281056', 'CS', 'SIGMOID')],
  }),
  table: study('Table', '2.25.83', {
    window: [700, 1000],
    elements: [el('00283000', 'SQ', [[...lut(0, TABLE), el('00283004', 'LO', 'OD')]])],
  }),
  frames: study('Frames', '2.25.84', {
    modality: 'CT',
    rows: 256,
    elements: [
      el('00280008', 'IS', '2'),
      el('52009229', 'SQ', [[window(40, 400)]]),
      el('52009230', 'SQ', [[rescale(1, -1024)], [rescale(2, -3000), window(0, 1000)]]),
    ],
  }),
} as const;

let host: Host;
let page: Page;
let folder: string;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser }) => {
  folder = mkdtempSync(join(tmpdir(), 'overread-values-'));
  for (const [name, series] of Object.entries(CASES)) {
    const frames = name === 'frames' ? 2 : 1;
    writeSeries(join(folder, name), { ...series, frames });
  }
  host = await startHost();
  page = await openWindow(await browser.newContext(), host.url, 'V. Values');
  await importPaths(page, [folder]);
});

test.afterAll(async () => {
  await page.context().close();
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

const BLOCKS = [0, 15, 37, 61, 64, 77, 90, 101, 128, 140, 155, 160, 180, 200, 255];

/** Asked again until it holds: the picture is drawn in a frame after the key or the click. */
const expectGreys = (grey: (stored: number) => number) =>
  expect(async () => {
    for (const block of BLOCKS) {
      const [x, y] = [(block % 16) * 16 + 8, Math.floor(block / 16) * 16 + 8];
      const [seen = -1] = await screenValueOf(page, x, y);
      const wanted = grey(blockValue(x, y));
      expect(Math.abs(seen - wanted), `block ${block}: ${seen}, not ${wanted}`).toBeLessThanOrEqual(1);
    }
  }).toPass({ timeout: 15_000 });
const numbers = async () => (await page.getByTestId('view-numbers').innerText()).replace(/\s+/g, ' ');
/** Window and level as the screen states them. */
const stated = async (): Promise<{ centre: number; width: number }> => {
  const [, width, centre] = /W (-?[\d.]+) L (-?[\d.]+)/.exec(await numbers()) ?? [];
  // Nothing stated must not pass for a window of 0.
  if (width === undefined) throw new Error('No window is stated.');
  return { centre: Number(centre), width: Number(width) };
};

for (const renderer of ['cpu', 'gpu'] as const) {
  test.describe(`drawn by the ${renderer}`, () => {
    test.beforeAll(() => drawBy(page, host.url, renderer));
    const open = (name: string) => openDrawn(page, name, renderer);

    test('a VOI LUT is drawn point by point; the reader’s window replaces it, and 0 brings it back', async () => {
      await open('VALUES, Curve');
      const curve = voiTransform({ kind: 'TABLE', table: { first: 1000, bits: 12, entries: CURVE } });
      await expectGreys((stored) => Math.round(255 * curve(stored)));
      expect(await numbers()).toContain('VOI LUT');
      await page.keyboard.press('i');
      await expectGreys((stored) => 255 - Math.round(255 * curve(stored)));
      await page.keyboard.press('i');
      await page.keyboard.press('w');
      await dragImage(page, [100, 100], [140, 120]);
      await expect.poll(numbers).not.toContain('VOI LUT');
      const window = await stated();
      expect(window.width).toBeGreaterThan(2000);
      await expectGreys((stored) => greyOf(stored, window));
      await page.keyboard.press('0');
      await expectGreys((stored) => Math.round(255 * curve(stored)));
    });

    test('SIGMOID stays a sigmoid under the reader’s window', async () => {
      await open('VALUES, Sigmoid');
      const sigmoid = (window: { centre: number; width: number }) => {
        const share = voiTransform({ kind: 'SIGMOID', ...window });
        return (stored: number) => Math.round(255 * share(stored));
      };
      await expectGreys(sigmoid({ centre: 2048, width: 1024 }));
      expect(await numbers()).toContain('sigmoid');
      await page.keyboard.press('w');
      await dragImage(page, [100, 100], [160, 130]);
      await expect.poll(async () => (await stated()).width).toBeGreaterThan(1024);
      await expectGreys(sigmoid(await stated()));
    });

    test('a Modality LUT gives the values of window and probe', async () => {
      await open('VALUES, Table');
      await expectGreys((stored) => greyOf(TABLE[stored] ?? -1, { centre: 700, width: 1000 }));
      expect(await probeAt(page, 24, 8)).toBe(`x 24 y 8 ${TABLE[16]} OD stored 16`);
    });

    test('each frame has its own rescale and window', async () => {
      await open('VALUES, Frames');
      await expectGreys((stored) => greyOf(stored - 1024, { centre: 40, width: 400 }));
      expect(await probeAt(page, 24, 8)).toContain('-1008 HU stored 16');
      await page.keyboard.press('End');
      await expectGreys((stored) => greyOf(stored * 2 - 3000, { centre: 0, width: 1000 }));
      expect(await probeAt(page, 24, 8)).toContain('-2968 HU stored 16');
      await page.keyboard.press('Home');
      await expectGreys((stored) => greyOf(stored - 1024, { centre: 40, width: 400 }));
    });
  });
}
