import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { greyOf } from '../../renderer/viewer/window-level.ts';
import { type TestSeries, writeSeries } from './dicom-files.ts';
import { type Host, startHost } from './host.ts';
import { blocks, blockValue } from './phantoms.ts';
import { probeAt, screenValueOf } from './screen.ts';
import { dragImage, drawBy, importPaths, openDrawn, openWindow } from './window.ts';

const named = (name: string, root: string, change: Partial<TestSeries>): TestSeries =>
  blocks({ patientName: `BLOCKS^${name}`, root, ...change });

const CASES = {
  ct: named('Ct', '2.25.91', {}),
  signed: named('Signed', '2.25.92', {
    signed: true,
    intercept: 0,
    value: (x, y) => blockValue(x, y) - 1024,
  }),
  negativeSlope: named('Negativeslope', '2.25.93', { slope: -0.5, intercept: 1000, window: [0, 1500] }),
  monochrome1: named('Monochromeone', '2.25.94', {
    modality: 'DX',
    photometric: 'MONOCHROME1',
    window: [2048, 4096],
  }),
  unequal: named('Unequal', '2.25.95', { spacing: [1, 0.5] }),
  colour: named('Colour', '2.25.96', {
    modality: 'OT',
    photometric: 'RGB',
    value: (x, y, _slice, sample) => Math.floor(blockValue(x, y) / 16 / (sample + 1)),
  }),
} as const;

let host: Host;
let page: Page;
let folder: string;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser }) => {
  folder = mkdtempSync(join(tmpdir(), 'overread-blocks-'));
  for (const [name, series] of Object.entries(CASES)) writeSeries(join(folder, name), plain(series));
  host = await startHost();
  page = await openWindow(await browser.newContext(), host.url, 'P. Pixel');
  await importPaths(page, [folder]);
});

test.afterAll(async () => {
  await page.context().close();
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Colour and radiographs carry no rescale here. */
function plain(series: TestSeries): TestSeries {
  if (series.modality === 'CT') return series;
  const { slope: _slope, intercept: _intercept, ...rest } = series;
  return rest;
}

const screenValue = (x: number, y: number): Promise<number[]> => screenValueOf(page, x, y);
const hover = (x: number, y: number): Promise<string> => probeAt(page, x, y);

for (const renderer of ['cpu', 'gpu'] as const) {
  test.describe(`drawn by the ${renderer}`, () => {
    test.beforeAll(() => drawBy(page, host.url, renderer));
    const open = (name: string) => openDrawn(page, name, renderer);

    const CHECKED = [0, 1, 15, 37, 64, 66, 77, 90, 101, 128, 255];
    const middle = (block: number) => [(block % 16) * 16 + 8, Math.floor(block / 16) * 16 + 8] as const;

    /** Asked again until it holds: the picture is drawn in a frame after the key or the click. */
    const settles = (holds: () => Promise<void>) => expect(holds).toPass({ timeout: 15_000 });

    const expectGreys = (grey: (stored: number) => number) =>
      settles(async () => {
        for (const block of CHECKED) {
          const [x, y] = middle(block);
          const [seen = -1] = await screenValue(x, y);
          expect(Math.abs(seen - grey(block * 16)), `block ${block}: ${seen}`).toBeLessThanOrEqual(1);
        }
      });

    test('a CT shows HU under the file’s window, and the probe reads them exactly', async () => {
      await open('BLOCKS, Ct');
      await expectGreys((stored) => greyOf(stored - 1024, { centre: 40, width: 400 }));
      expect(await hover(24, 8)).toContain('-1008 HU stored 16');
      expect(await hover(255, 255)).toBe('x 255 y 255 3056 HU stored 4080');
      expect(await hover(0, 0)).toBe('x 0 y 0 -1024 HU stored 0');
    });

    test('the edge of a block lies between its pixels on the screen too', async () => {
      // Blocks 66 and 67: 32 and 48 HU; with a narrow window one is black and the other white.
      await page.keyboard.press('5');
      const brain = { centre: 40, width: 80 };
      await settles(async () => {
        const [left = -1] = await screenValue(2 * 16 + 15, 4 * 16 + 8);
        const [right = -1] = await screenValue(3 * 16, 4 * 16 + 8);
        expect(Math.abs(left - greyOf(32, brain))).toBeLessThanOrEqual(8);
        expect(Math.abs(right - greyOf(48, brain))).toBeLessThanOrEqual(8);
      });
      await expectGreys((stored) => greyOf(stored - 1024, brain));
    });

    test('inverting turns every grey over', async () => {
      await page.keyboard.press('i');
      await expectGreys((stored) => 255 - greyOf(stored - 1024, { centre: 40, width: 80 }));
    });

    test('signed values', async () => {
      await open('BLOCKS, Signed');
      await expectGreys((stored) => greyOf(stored - 1024, { centre: 40, width: 400 }));
      expect(await hover(8, 8)).toContain('-1024 HU stored -1024');
    });

    test('a negative slope is darker where the stored value is greater', async () => {
      await open('BLOCKS, Negativeslope');
      await expectGreys((stored) => greyOf(1000 - stored / 2, { centre: 0, width: 1500 }));
      expect(await hover(24, 8)).toContain('992 HU stored 16');
    });

    test('MONOCHROME1: low values are white', async () => {
      await open('BLOCKS, Monochromeone');
      await expectGreys((stored) => 255 - greyOf(stored, { centre: 2048, width: 4096 }));
    });

    test('RGB: each channel as stored', async () => {
      await open('BLOCKS, Colour');
      await settles(async () => {
        for (const block of CHECKED) {
          const seen = await screenValue(...middle(block));
          [block, Math.floor(block / 2), Math.floor(block / 3)].forEach((wanted, channel) =>
            expect(
              Math.abs((seen[channel] ?? -9) - wanted),
              `block ${block} channel ${channel}`,
            ).toBeLessThanOrEqual(1),
          );
        }
      });
    });

    test('pixels that are not square keep their shape, and lengths their millimetres', async () => {
      await open('BLOCKS, Unequal');
      const matrix =
        (await page.getByTestId('pane').getAttribute('data-matrix'))?.split(' ').map(Number) ?? [];
      expect((matrix[3] ?? 0) / (matrix[0] ?? 1)).toBeCloseTo(2, 2);
      await page.keyboard.press('l');
      await dragImage(page, [50, 50], [50, 150]);
      await expect(page.locator('[data-measure="length"] text')).toHaveText(/^(99\.\d|100(\.\d)?) mm$/);
      await page.keyboard.press('e');
      // Block 119 (column 7, row 7): 1904 stored, 880 HU throughout.
      await dragImage(page, [114, 114], [125, 125]);
      await expect(page.locator('[data-measure="ellipse"] text')).toContainText('mean 880 HU · SD 0');
    });
  });
}
