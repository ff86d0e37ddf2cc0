import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { AGE, AGE_GRAPH, NOTHING, TILES, TILES_GRAPH } from '../fixtures/task-packs.ts';
import { testImageBytes } from '../fixtures/test-image.ts';
import { writeTestPack } from '../fixtures/test-pack.ts';
import { type Host, startHost } from './host.ts';
import { importPaths, judgeScreen, openStudy, openWindow } from './window.ts';

let host: Host;
let page: Page;
let folder: string;

/** A model that estimates an age, and one that maps tiles, as a site's own. */
function installPacks(data: string): void {
  const models = join(data, 'models');
  mkdirSync(models, { recursive: true });
  const put = (id: string, options: Parameters<typeof writeTestPack>[2]): void => {
    const made = writeTestPack(mkdtempSync(join(folder, 'packs-')), id, options);
    mkdirSync(join(models, id));
    renameSync(made, join(models, id, '1.2.3'));
  };
  put('bone-age', { graph: AGE_GRAPH, manifest: { ...NOTHING, outputs: [AGE] } });
  put('bright-tiles', { graph: TILES_GRAPH, manifest: { ...NOTHING, outputs: [TILES] } });
}

test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser }) => {
  folder = mkdtempSync(join(tmpdir(), 'overread-tasks-'));
  host = await startHost({ prepare: installPacks });
  const side = 256;
  const pixels = Uint16Array.from(
    { length: side * side },
    (_, at) => ((at % side) + Math.floor(at / side)) * 6,
  );
  const image = join(folder, 'image.dcm');
  const tags = { '00101010': ['AS', '040Y'] } as const;
  writeFileSync(image, testImageBytes({ rows: side, columns: side, pixels, tags }));
  const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
  page = await openWindow(context, host.url, 'R. Reader');
  await importPaths(page, [image]);
  await page.getByRole('button', { name: /^Dismiss/ }).click();
});

test.afterAll(async () => {
  await page.context().close();
  await host.stop();
  rmSync(folder, { recursive: true });
});

test('after the commit an estimate is called one, and a tile map is off until the reader asks', async () => {
  await openStudy(page, 'TEST');
  await page.waitForTimeout(2000);
  await expect(page.getByText(/Bone age|Bright/)).toHaveCount(0);
  await page.getByLabel('Impression').fill('For the test.');
  await page.keyboard.press('Control+Enter');
  const models = page.getByRole('region', { name: 'Models' });
  await expect(models).toContainText(
    /Bone age: about [\d.]+ years \(an estimate; off by 0.7 years on average in tests\)/,
    { timeout: 30_000 },
  );
  await expect(models).toContainText(/Bright: 4 × 4 tiles · mean 0\.\d+ · highest/);
  const layer = page.getByRole('button', { name: /AI tile map \(Bright\)/ });
  await expect(layer).toHaveAttribute('aria-pressed', 'false');
  await expect(page.getByTestId('tiles')).toHaveCount(0);
  await page.keyboard.press('t');
  await expect(page.getByTestId('tiles')).toHaveCount(1);
  await expect(page.getByTestId('tiles')).toHaveCSS('image-rendering', 'pixelated');
  await judgeScreen(page, 'tasks');
});
