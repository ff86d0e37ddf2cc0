import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { writeSeries } from './dicom-files.ts';
import { startHost } from './host.ts';
import { CHEST, ctStack } from './phantoms.ts';
import { dragImage, importPaths, openStudy, openWindow } from './window.ts';

/**
 * Refreshes docs/screenshots, on synthetic images only: `OVERREAD_SCREENSHOTS=1 npx playwright test screenshots`.
 */
test('the pictures of the documentation', async ({ browser }) => {
  test.skip(process.env['OVERREAD_SCREENSHOTS'] === undefined, 'OVERREAD_SCREENSHOTS is not set');
  test.setTimeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), 'overread-shots-'));
  writeSeries(join(folder, 'chest'), CHEST);
  writeSeries(join(folder, 'stack'), ctStack(40, '2.25.900005'));
  const host = await startHost();
  const page = await openWindow(
    await browser.newContext({ viewport: { width: 1440, height: 900 } }),
    host.url,
    'R. Reader',
  );
  const picture = (name: string) => page.screenshot({ path: `docs/screenshots/${name}.png` });
  try {
    await importPaths(page, [folder]);
    await picture('worklist');
    await openStudy(page, 'SYNTHETIC, Stack');
    await page.keyboard.press('1');
    await page.keyboard.press('End');
    await page.keyboard.press('Home');
    for (let step = 0; step < 20; step += 1) await page.keyboard.press('ArrowDown');
    await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', '20');
    await page.keyboard.press('e');
    await dragImage(page, [140, 220], [160, 240]);
    await page.keyboard.press('l');
    await dragImage(page, [110, 300], [210, 300]);
    await page.waitForTimeout(400);
    await picture('stack');
    await page.getByRole('button', { name: 'Worklist' }).click();
    await openStudy(page, 'SYNTHETIC, Chest');
    await page.keyboard.press('f');
    await dragImage(page, [200, 262], [282, 340]);
    await page.getByLabel('Label').fill('Opacity');
    await page.getByLabel('Laterality').selectOption('right');
    await page.getByLabel('Impression').fill('Round opacity in the right upper zone.');
    await page.waitForTimeout(600);
    await picture('reading');
    await page.keyboard.press('Control+Enter');
    await expect(page.getByTestId('mask-outline')).toBeVisible({ timeout: 60_000 });
    await page.waitForTimeout(400);
    await picture('reconcile');
    await page.locator('body').press('b');
    await expect(page.getByRole('list', { name: 'AI analysis of committed studies' })).toContainText(
      'completed',
    );
    await picture('what-runs');
    await page.getByRole('button', { name: 'Backups …' }).click();
    await page.getByLabel('Folder of the backups').fill('/media/backup/overread');
    await page.waitForTimeout(300);
    await picture('backups');
  } finally {
    await page.context().close();
    await host.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
