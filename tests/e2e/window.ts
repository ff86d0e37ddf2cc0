import { resolve } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { type BrowserContext, expect, type Page } from '@playwright/test';
import { mkdirSync } from 'node:fs';

/** Opens the workstation's window and signs in as a new reader. */
export async function openWindow(context: BrowserContext, url: string, reader: string): Promise<Page> {
  const page = await context.newPage();
  page.on('pageerror', (error) => {
    throw error;
  });
  await page.goto(url);
  await page.getByLabel('New reader').fill(reader);
  await page.getByRole('button', { name: 'Read as this person' }).click();
  await expect(page.getByRole('navigation', { name: 'Views' })).toBeVisible();
  return page;
}

/** Imports paths through the dialog and waits for the job's end. */
export async function importPaths(page: Page, paths: readonly string[]): Promise<void> {
  await page.getByRole('button', { name: 'Import …' }).first().click();
  await page.getByLabel('Files, folders or ZIPs').fill(paths.join('\n'));
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Report' }).first()).toBeVisible({ timeout: 60_000 });
}

/** Opens the study of a patient from the worklist and waits for its first image. */
export async function openStudy(page: Page, patient: string): Promise<void> {
  await page.getByRole('row', { name: patient }).dblclick();
  await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', /\d/);
}

/** From now on this page draws by one renderer; it is chosen once a page, at its load. */
export async function drawBy(page: Page, url: string, renderer: 'cpu' | 'gpu'): Promise<void> {
  await page.evaluate((name) => sessionStorage.setItem('overread.renderer', name), renderer);
  await page.goto(`${new URL(url).origin}/`);
  await page.reload();
}

/** Opens another patient's study from wherever the page is, and makes sure which renderer draws it. */
export async function openDrawn(page: Page, patient: string, renderer: 'cpu' | 'gpu'): Promise<void> {
  await page.evaluate(() => {
    window.location.hash = '#/';
  });
  await openStudy(page, patient);
  await expect(page.getByTestId('pane')).toHaveAttribute('data-renderer', renderer);
}

/** Where an image pixel (origin at the centre of the top left one) lies in the page. */
export async function pagePoint(page: Page, x: number, y: number): Promise<{ x: number; y: number }> {
  const pane = page.getByTestId('pane');
  const box = await pane.boundingBox();
  const [a, b, c, d, e, f] = ((await pane.getAttribute('data-matrix')) ?? '')
    .split(' ')
    .map(Number) as number[];
  if (box === null || f === undefined) throw new Error('No image is drawn.');
  return {
    x: box.x + (a ?? 0) * x + (c ?? 0) * y + (e ?? 0),
    y: box.y + (b ?? 0) * x + (d ?? 0) * y + f,
  };
}

/** Drags from one image pixel to another. */
export async function dragImage(
  page: Page,
  from: readonly [number, number],
  to: readonly [number, number],
  button: 'left' | 'middle' | 'right' = 'left',
): Promise<void> {
  const start = await pagePoint(page, ...from);
  const end = await pagePoint(page, ...to);
  await page.mouse.move(start.x, start.y);
  await page.mouse.down({ button });
  await page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 3 });
  await page.mouse.move(end.x, end.y, { steps: 3 });
  await page.mouse.up({ button });
}

const SIZES = [
  { width: 1920, height: 1080 },
  { width: 1280, height: 800 },
] as const;

/** A screen as it must be: no violation that axe can find, and a picture of it in each size, kept as artefacts. */
export async function judgeScreen(page: Page, name: string): Promise<void> {
  mkdirSync('artefacts/screens', { recursive: true });
  // Without frames there is nothing to carry from one to another, which takes axe longer than all of its rules.
  expect(page.frames(), `frames on ${name}`).toHaveLength(1);
  const axe = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ['violations'] });
  const found = await axe.analyze();
  const words = found.violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
  );
  expect(words, `axe on ${name}`).toEqual([]);
  for (const size of SIZES) {
    await page.setViewportSize(size);
    await page.waitForTimeout(150);
    const pane = page.getByTestId('pane');
    if ((await pane.count()) > 0) {
      // The image is what the screen is for: it must have most of its height.
      expect((await pane.boundingBox())?.height ?? 0, `image on ${name}`).toBeGreaterThan(size.height * 0.7);
    }
    await page.screenshot({ path: `artefacts/screens/${name}-${size.width}x${size.height}.png` });
  }
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  expect(wide, `${name} is wider than its window`).toBe(false);
}

/**
 * Imports the phantom of a pack's goldens that the shipped chest model scores above its balanced point, with its facts stated.
 *
 * @returns The patient's name in the worklist.
 */
export async function importChestPhantom(page: Page): Promise<string> {
  const name = 'chest-opacity-8bit';
  const path = resolve(import.meta.dirname, `../../models/chest-adult/golden/${name}.png`);
  await page.getByRole('button', { name: 'Import …' }).first().click();
  await page.getByLabel('Files, folders or ZIPs').fill(path);
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Modality').selectOption('DX');
  await dialog.getByLabel('Body part').selectOption('CHEST');
  await dialog.getByLabel('View').selectOption('PA');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('row', { name })).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: /^Dismiss/ }).click();
  return name;
}
