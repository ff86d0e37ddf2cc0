import { expect, type Page } from '@playwright/test';
import { dragImage } from './window.ts';

/** Another person sits down: a profile that is there, or a new one; from the worklist. */
export async function sitDown(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: /^Reader .*: change$/ }).click();
  const known = page.getByRole('button', { name, exact: true });
  await expect(page.getByLabel('New reader')).toBeVisible();
  if (await known.isVisible()) await known.click();
  else {
    await page.getByLabel('New reader').fill(name);
    await page.keyboard.press('Enter');
  }
  await expect(page.getByRole('button', { name: `Reader ${name}: change` })).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Views' })).toBeVisible();
}

export async function backToWorklist(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Worklist' }).click();
  await expect(page.getByRole('navigation', { name: 'Views' })).toBeVisible();
}

/** Draws a finding on the image and names it. */
export async function addFinding(
  page: Page,
  from: readonly [number, number],
  to: readonly [number, number],
  label: string,
  side: 'left' | 'right',
): Promise<void> {
  await page.getByRole('button', { name: 'Finding box' }).click();
  await dragImage(page, from, to);
  await page.getByLabel('Label').fill(label);
  await page.getByLabel('Laterality').selectOption(side);
}

/** Commits what is on the screen and waits for the comparison. */
export async function commit(page: Page, impression: string): Promise<void> {
  await page.getByLabel('Impression').fill(impression);
  await page.keyboard.press('Control+Enter');
  const all = page.getByRole('button', { name: 'Commit all the same' });
  const done = page.getByRole('region', { name: 'My committed read' });
  await expect(all.or(done)).toBeVisible({ timeout: 30_000 });
  if (await all.isVisible()) await all.click();
  await expect(done).toBeVisible({ timeout: 30_000 });
}
