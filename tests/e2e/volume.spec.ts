import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import type { PackManifest } from '../../electron/shared/pack.ts';
import { lopsided, AXIAL, writeTestStack } from '../fixtures/test-stack.ts';
import { boneWeights, volumeManifest, writeVolumePack } from '../fixtures/volume-pack.ts';
import { type Host, startHost } from './host.ts';
import { importPaths, judgeScreen, openStudy, openWindow } from './window.ts';

const WINDOW = [16, 32, 32] as const;
const LABEL = 'Phantom core';

let host: Host;
let page: Page;
let folder: string;

/** A pack that reads CT stacks lies in the data folder, not signed, as a site's own would. */
function installPack(data: string): void {
  const weights = boneWeights(WINDOW);
  // A label that no checklist of the reader holds.
  const classes = [{ channel: 0, id: 'core', label: LABEL, structure: true as const, threshold: 0.5 }];
  const outputs: PackManifest['outputs'] = [
    { kind: 'segmentation', name: 'logits', activation: 'sigmoid', decide: 'threshold', classes },
  ];
  const manifest = volumeManifest('bone-ct', weights, 'bone', WINDOW, {}, { outputs });
  const into = join(data, 'models', 'bone-ct');
  mkdirSync(into, { recursive: true });
  writeVolumePack(into, manifest, weights, manifest.version);
}

test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser }) => {
  folder = mkdtempSync(join(tmpdir(), 'overread-volume-'));
  writeTestStack(folder, { shape: [24, 128, 128], spacing: [2.5, 0.6, 0.6], ...AXIAL, value: lopsided });
  host = await startHost({ prepare: installPack });
  const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
  page = await openWindow(context, host.url, 'R. Reader');
  await importPaths(page, [folder]);
  await page.getByRole('button', { name: /^Dismiss/ }).click();
});

test.afterAll(async () => {
  await page.context().close();
  await host.stop();
  rmSync(folder, { recursive: true });
});

test('while reading, nothing tells of the structures', async () => {
  await openStudy(page, 'TEST');
  await page.waitForTimeout(4000);
  await expect(page.getByText(LABEL)).toHaveCount(0);
  await expect(page.getByTestId('mask-outline')).toHaveCount(0);
  await page.keyboard.press('v');
  await expect(page.getByTestId('mask-outline')).toHaveCount(0);
});

test('after the commit their volume is listed, and their outlines are off until the reader asks', async () => {
  await page.keyboard.press('End');
  await page.keyboard.press('Home');
  for (let slice = 0; slice < 24; slice++) {
    await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', String(slice));
    await page.keyboard.press('ArrowDown');
  }
  await page.getByLabel('Impression').fill('For the test.');
  await page.keyboard.press('Control+Enter');
  const models = page.getByRole('region', { name: 'Models' });
  await expect(models).toContainText(/Phantom core volume: [\d.]+ ml/, { timeout: 30_000 });
  await expect(models).toContainText('not signed');
  const layer = page.getByRole('button', { name: /AI structures \(Phantom core\)/ });
  await expect(layer).toHaveAttribute('aria-pressed', 'false');
  await page.keyboard.press('Home');
  for (let slice = 0; slice < 12; slice++) await page.keyboard.press('ArrowDown');
  await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', '12');
  await expect(page.getByTestId('mask-outline')).toHaveCount(0);
  await page.keyboard.press('v');
  await expect(layer).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByTestId('mask-outline')).toHaveCount(1);
  const middle = await page.getByTestId('mask-outline').getAttribute('d');
  await judgeScreen(page, 'volume');
  await page.keyboard.press('ArrowDown');
  await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', '13');
  await expect.poll(() => page.getByTestId('mask-outline').getAttribute('d')).not.toBe(middle);
  // No slice without a voxel of it has an outline.
  await page.keyboard.press('Home');
  await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', '0');
  await expect(page.getByTestId('mask-outline')).toHaveCount(0);
});
