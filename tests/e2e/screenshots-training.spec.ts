import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import { armOf } from '../../electron/domain/reader-study/design.ts';
import { trialDesignSchema } from '../../electron/shared/reader-study.ts';
import { type Host, startHost } from './host.ts';
import { takePictures } from './pictures.ts';
import { ELSEWHERE, LESION, makeTraining } from './training-cases.ts';
import { dragImage, openWindow } from './window.ts';

/** The pictures of reader studies and trainings; how they are taken, screenshots.spec.ts says. */
test.skip(process.env['OVERREAD_SCREENSHOTS'] === undefined, 'OVERREAD_SCREENSHOTS is not set');

const SIZE = { width: 1280, height: 800 };
const ROOT = resolve(import.meta.dirname, '../..');

/** A reader study of the same cases, whose reader begins with the AI. */
function makeStudy(host: Host, profile: string, studies: readonly string[]): void {
  const design = (seed: number) =>
    trialDesignSchema.parse({
      name: 'Chest, second opinion',
      seed,
      cases: studies.map((study, at) => ({
        case: `C${at}`,
        study,
        truth: at === 0 ? 'normal' : 'abnormal',
      })),
      readers: [{ reader: 'R1', profile }, { reader: 'R2' }],
    });
  const seed = [1, 2, 3, 4, 5, 6, 7, 8].find((one) => armOf(design(one), 'R1', 1) === 'with-ai') ?? 0;
  const file = join(host.data, 'study.json');
  writeFileSync(file, JSON.stringify(design(seed)));
  const node = join(ROOT, 'node_modules/.bin/node');
  execFileSync(node, ['scripts/overread.mjs', 'trial', 'create', file, '--data', host.data], { cwd: ROOT });
}

test('a training, and a reader study', async ({ browser }) => {
  test.setTimeout(300_000);
  const folder = mkdtempSync(join(tmpdir(), 'overread-shots-'));
  const host = await startHost();
  try {
    const context = await browser.newContext({ viewport: SIZE });
    const take = await takePictures(context);
    const page = await openWindow(context, host.url, 'R. Reader');
    const orderOf = await makeTraining(page, host.data, folder);
    const panel = page.getByRole('complementary', { name: 'Training' });
    const drawn = () =>
      expect(page.getByTestId('pane')).toHaveAttribute('data-shown', /\d/, { timeout: 30_000 });
    const say = async (rating: string, lock: string) => {
      await panel.getByRole('button', { name: rating, exact: true }).click();
      await page.getByRole('button', { name: lock }).click();
    };
    await page.getByRole('button', { name: 'Open the training' }).click();
    await page.getByRole('button', { name: 'Begin', exact: true }).click();
    for (const name of orderOf(1)) {
      await drawn();
      const place = name === 'place';
      await say(place ? '2' : '0', 'Lock my blind read');
      await expect(page.getByRole('region', { name: 'AI' })).toContainText('Your blind read is locked');
      await drawn();
      if (place) {
        await page.getByRole('button', { name: 'Add' }).click();
        await dragImage(page, [ELSEWHERE[0] + 6, ELSEWHERE[1] + 8], [ELSEWHERE[2] + 14, ELSEWHERE[3] - 4]);
      }
      if (name === 'right') {
        await page.getByRole('button', { name: 'Add' }).click();
        await dragImage(page, [LESION[0] + 8, LESION[1] + 4], [LESION[2] + 6, LESION[3] - 8]);
      }
      await say(place || name === 'right' || name === 'false' ? '3' : '0', 'Lock, and show the truth');
      await drawn();
      if (place) await take.whole(page, 'training-told');
      await page.getByRole('button', { name: /Next case|How the run went/ }).click();
    }
    await expect(page.getByRole('region', { name: 'Results of the training' })).toBeVisible();
    await take.whole(page, 'training-results');
    await page.getByRole('button', { name: 'Back to the worklist' }).click();
    // A reader of their own: who was trained on a case cannot read it in a study.
    await page.getByRole('button', { name: /^Reader R. Reader/ }).click();
    await page.getByLabel('New reader').fill('S. Second');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('button', { name: /^Reader S. Second/ })).toBeVisible();
    const { profile, studies } = await page.evaluate(async () => {
      const session = await (await fetch('/api/session')).json();
      const { rows } = await (await fetch('/api/studies')).json();
      return {
        profile: session.reader.id as string,
        studies: rows
          .filter((one: { modality: string }) => one.modality === 'DX')
          .map((one: { studyInstanceUID: string }) => one.studyInstanceUID) as string[],
      };
    });
    makeStudy(host, profile, studies);
    await page.reload();
    await expect(page.getByRole('list', { name: 'Reader studies' })).toContainText('0 of 8');
    await take.whole(page, 'reader-study-worklist');
    await page.getByRole('button', { name: 'Read the next case' }).click();
    await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', /\d/, { timeout: 30_000 });
    await page
      .getByRole('complementary', { name: 'Reader study' })
      .getByRole('button', { name: '1', exact: true })
      .click();
    await page.getByRole('button', { name: 'Lock my blind read' }).click();
    await expect(page.getByRole('region', { name: 'AI' })).toContainText('Your blind read is locked');
    await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', /\d/, { timeout: 30_000 });
    await take.whole(page, 'reader-study');
    await context.close();
  } finally {
    await host.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
