import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import { decodeFrame } from '../../electron/dicom/decode-frame.ts';
import { wrapPlainImage } from '../../electron/dicom/wrap-image.ts';
import { testImageBytes } from '../fixtures/test-image.ts';
import { startHost } from './host.ts';
import { importPaths, judgeScreen, openStudy, openWindow } from './window.ts';

const PHANTOM = resolve(import.meta.dirname, '../../models/chest-adult/golden/chest-opacity-8bit.png');
const WORDS = 'Technical quality: the sides of ‘Lung field’ lie at 8° to the rows';

/** The chest phantom of the pack's goldens, turned by some degrees as a patient who leans is, as a DX. */
async function leaning(degrees: number): Promise<Uint8Array> {
  const stated = { modality: 'DX', bodyPart: 'CHEST', view: 'PA' };
  const wrapped = await wrapPlainImage(readFileSync(PHANTOM), { name: 'phantom', stated });
  const { rows, columns, samples, data } = await decodeFrame(wrapped, 0);
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const pixels = Uint16Array.from({ length: rows * columns }, (_, i) => {
    const x = (i % columns) - columns / 2;
    const y = Math.floor(i / columns) - rows / 2;
    const column = Math.round(x * cos + y * sin + columns / 2);
    const row = Math.round(y * cos - x * sin + rows / 2);
    const inside = column >= 0 && row >= 0 && column < columns && row < rows;
    return inside ? 16 * Number(data[(row * columns + column) * samples]) : 0;
  });
  return testImageBytes({ rows, columns, pixels, tags: { '00100010': ['PN', 'LEANING^Phantom'] } });
}

test('a chest that is tilted is warned of after the commit, and by no word before', async ({ browser }) => {
  test.slow();
  const folder = mkdtempSync(join(tmpdir(), 'overread-leaning-'));
  writeFileSync(join(folder, 'leaning.dcm'), await leaning(12));
  const host = await startHost();
  const page = await openWindow(await browser.newContext(), host.url, 'Q. Quality');
  const told: string[] = [];
  try {
    await importPaths(page, [folder]);
    page.on('response', (response) => {
      if (/\/api\/(?!frames)/.test(response.url()))
        void response.text().then(
          (text) => told.push(text),
          () => undefined,
        );
    });
    await openStudy(page, 'LEANING, Phantom');
    await page.getByLabel('Impression').fill('To be compared.');
    // Long enough for the model to have read it.
    await page.waitForTimeout(3000);
    await expect(page.locator('body')).not.toContainText('Technical quality');
    expect(told.join('\n')).not.toContain('Technical quality');
    await page.keyboard.press('Control+Enter');
    const models = page.getByRole('region', { name: 'Models' });
    await expect(models).toContainText(WORDS, { timeout: 30_000 });
    await expect(models).toContainText('Is the image or the patient tilted?');
    await judgeScreen(page, 'technical-quality');
  } finally {
    await page.context().close();
    await host.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
