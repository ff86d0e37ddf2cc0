import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { studyUID, writeSeries } from './dicom-files.ts';
import { giveResult } from './given-result.ts';
import { type Host, startHost } from './host.ts';
import { CHEST } from './phantoms.ts';
import { dragImage, importPaths, openStudy, openWindow } from './window.ts';

let host: Host;
let page: Page;
let folder: string;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser }) => {
  folder = mkdtempSync(join(tmpdir(), 'overread-outcomes-'));
  writeSeries(join(folder, 'chest'), CHEST);
  host = await startHost();
  page = await openWindow(await browser.newContext(), host.url, 'O. Utcome');
  await importPaths(page, [folder]);
  await page.getByRole('button', { name: /^Dismiss/ }).click();
});

test.afterAll(async () => {
  await page.context().close();
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

const FINDINGS = [
  { label: 'Tuberculosis', box: [120, 200, 240, 320] },
  { label: 'Consolidation', box: [500, 200, 620, 320] },
  { label: 'Tuberculosis', box: [500, 480, 600, 580] },
] as const;

const line = (kind: string): Locator => page.locator(`[data-kind="${kind}"]`);
const now = (): Locator => page.getByRole('region', { name: 'Read after reconciling' });
const state = (of: Locator): Locator => of.locator('.item__state');

test('the lines: both agree, both differ in the term, the reader alone, the AI alone', async () => {
  await openStudy(page, 'SYNTHETIC, Chest');
  for (const [index, { label, box }] of FINDINGS.entries()) {
    await page.locator('body').press('Escape');
    await page.locator('body').press('f');
    await dragImage(page, [box[0], box[1]], [box[2], box[3]]);
    await expect(page.locator('[data-finding]')).toHaveCount(index + 1);
    await page.getByLabel('Label').fill(label);
  }
  await page.getByLabel('Impression').fill('As marked.');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('region', { name: 'Models' })).toContainText('record', { timeout: 60_000 });
  giveResult(host.data, studyUID(CHEST), [
    { label: 'Tuberculosis', box: [125, 205, 245, 330], score: 0.97 },
    { label: 'Tuberculosis', box: [505, 205, 640, 330], score: 0.91 },
    { label: 'Tuberculosis', box: [140, 500, 240, 600], score: 0.8 },
  ]);
  await page.reload();
  await expect(page.locator('[data-item]')).toHaveCount(4);
  await expect(line('agree')).toHaveCount(2);
  await expect(line('reader-only')).toHaveCount(1);
  await expect(line('ai-only')).toHaveCount(1);
  await expect(page.getByTestId('open-items')).toHaveText('4 of 4 open');
  await line('agree').filter({ hasText: 'Consolidation' }).locator('.item__line').click();
  await expect(line('agree').filter({ hasText: 'Consolidation' })).toContainText(
    'is not what the model looked for',
  );
});

/** What a verdict on a line makes of the read: how its finding stands there, or null where it is not in it. */
const OUTCOMES = {
  'AI alone': { accept: 'added', reject: null, modify: 'added', defer: null },
  'reader alone': { accept: 'withdrawn', reject: 'none', modify: 'modified', defer: 'none' },
  agree: { accept: 'none', reject: 'none', modify: 'modified', defer: 'none' },
  differ: { accept: 'none', reject: 'none', modify: 'modified', defer: 'none' },
} as const;
type Kind = keyof typeof OUTCOMES;

function lineOf(kind: Kind): Locator {
  switch (kind) {
    case 'AI alone':
      return line('ai-only');
    case 'reader alone':
      return line('reader-only');
    case 'agree':
      return line('agree').filter({ hasNotText: 'Consolidation' });
    case 'differ':
      return line('agree').filter({ hasText: 'Consolidation' });
  }
}

const DONE = { accept: 'accepted', reject: 'rejected', modify: 'modified', defer: 'deferred' } as const;

/** One line judged by keys alone; a modification says another side. */
async function judge(kind: Kind, verdict: keyof typeof DONE): Promise<void> {
  await page.locator('body').press('Escape');
  await lineOf(kind).locator('.item__line').focus();
  await page.keyboard.press(verdict.charAt(0));
  const form = page.locator('.assess');
  // No verdict has a reason that stands there already, and each has the same list of them.
  await expect(form.getByRole('radio', { checked: true })).toHaveCount(0);
  await expect(form.getByRole('radio')).toHaveCount(8);
  if (verdict === 'modify') await form.getByLabel('Laterality').selectOption('left');
  await form.getByRole('radio').first().focus();
  await page.keyboard.press('1');
  await page.keyboard.press('Enter');
  await expect(state(lineOf(kind))).toHaveText(DONE[verdict]);
}

for (const kind of Object.keys(OUTCOMES) as Kind[]) {
  test(`${kind}: accept, reject, modify and defer each do to the read what they say`, async () => {
    test.slow();
    for (const verdict of ['accept', 'reject', 'modify', 'defer'] as const) {
      await judge(kind, verdict);
      const expected = OUTCOMES[kind][verdict];
      const changes =
        kind === 'AI alone'
          ? now().locator('[data-change="added"]')
          : now().locator('[data-change]:not([data-change="none"])');
      await expect(changes, `${kind} ${verdict}`).toHaveCount(
        expected === null || expected === 'none' ? 0 : 1,
      );
      if (expected !== null && expected !== 'none')
        await expect(changes).toHaveAttribute('data-change', expected);
      if (verdict === 'modify') await expect(changes).toContainText('left');
      // The committed read is what it was.
      await expect(page.getByRole('region', { name: 'My committed read', exact: true })).toContainText(
        'As marked.',
      );
      await expect(page.getByText('Every difference is settled.')).toHaveCount(0);
    }
    await expect(state(lineOf(kind))).toHaveText('deferred');
  });
}

test('with a difference open or deferred the study is not final: it waits in Reconcile, and goes with the last one', async () => {
  test.slow();
  const views = page.getByRole('navigation', { name: 'Views' });
  const inView = async (view: string, count: number): Promise<void> => {
    await page.locator('body').press('Escape');
    await page.locator('body').press('u');
    await views.getByRole('button', { name: new RegExp(`^${view}`) }).click();
    await expect(page.getByRole('row', { name: 'SYNTHETIC, Chest' })).toHaveCount(count);
  };
  await expect(page.getByTestId('open-items')).toHaveText('4 deferred');
  await inView('Final', 0);
  await inView('Reconcile', 1);
  await openStudy(page, 'SYNTHETIC, Chest');
  for (const kind of ['agree', 'differ', 'reader alone'] as const) await judge(kind, 'reject');
  await expect(page.getByTestId('open-items')).toHaveText('1 deferred');
  await inView('Final', 0);
  await inView('Reconcile', 1);
  await openStudy(page, 'SYNTHETIC, Chest');
  await judge('AI alone', 'accept');
  await expect(page.getByTestId('open-items')).toHaveText('all settled');
  await inView('Reconcile', 0);
  await inView('Final', 1);
  await openStudy(page, 'SYNTHETIC, Chest');
  // Deferred again, it is open again.
  await judge('AI alone', 'defer');
  await inView('Final', 0);
  await inView('Reconcile', 1);
  await openStudy(page, 'SYNTHETIC, Chest');
  await judge('AI alone', 'reject');
  await inView('Final', 1);
});
