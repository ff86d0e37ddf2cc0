import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { startHost } from './host.ts';
import { ELSEWHERE, LESION, makeTraining } from './training-cases.ts';
import { dragImage, judgeScreen, openWindow } from './window.ts';

type Box = readonly [number, number, number, number];

async function mark(page: Page, [x0, y0, x1, y1]: Box): Promise<void> {
  await page.getByRole('button', { name: 'Add' }).click();
  await dragImage(page, [x0, y0], [x1, y1]);
}

/** One opinion: a mark or none, and a rating. */
async function say(page: Page, rating: string, box: Box | null, lock: string): Promise<void> {
  const panel = page.getByRole('complementary', { name: 'Training' });
  await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', /\d/, { timeout: 30_000 });
  if (box !== null) {
    // Also over the box of the AI, from corner to corner.
    await mark(page, box);
    await expect(panel).toContainText('Mark 1');
  }
  await panel.getByRole('button', { name: rating, exact: true }).click();
  await page.getByRole('button', { name: lock }).click();
}

/** What the reader does in each case, and what it is told to have been. */
const PLAY: Readonly<
  Record<string, { blind: [string, Box | null]; last: [string, Box | null]; told: string }>
> = {
  right: { blind: ['0', null], last: ['3', LESION], told: 'AI right, and followed' },
  missed: { blind: ['3', LESION], last: ['3', null], told: 'AI wrong, and resisted' },
  false: { blind: ['0', null], last: ['2', ELSEWHERE], told: 'AI wrong, and followed (over-reliance)' },
  place: { blind: ['2', ELSEWHERE], last: ['2', null], told: 'AI wrong, and you had erred alike' },
  abstained: { blind: ['0', null], last: ['0', null], told: 'The AI abstained, and you were right' },
};

test('a training: own read, the AI, the last word, the truth; then how it went, for its reader alone; then again', async ({
  browser,
}) => {
  test.setTimeout(300_000);
  const folder = mkdtempSync(join(tmpdir(), 'overread-training-'));
  const host = await startHost();
  try {
    const page = await openWindow(await browser.newContext(), host.url, 'R. Reader');
    const orderOf = await makeTraining(page, host.data, folder);
    const notices = page.getByRole('list', { name: 'Trainings' });
    await expect(notices).toContainText('Training: Limits of the chest model, 5 cases');
    await judgeScreen(page, 'worklist-training');
    await notices.getByRole('button', { name: 'Open the training' }).click();
    await judgeScreen(page, 'training-start');
    await page.getByRole('button', { name: 'Begin', exact: true }).click();
    const panel = page.getByRole('complementary', { name: 'Training' });
    const feedback = page.getByRole('complementary', { name: 'Feedback' });
    for (const [at, name] of orderOf(1).entries()) {
      const { blind, last, told } = PLAY[name] ?? { blind: ['0', null], last: ['0', null], told: '' };
      await expect(panel).toContainText(`case ${at + 1} of 5`);
      await expect(page.locator('.mark--ai, .mark--truth')).toHaveCount(0);
      await expect(page.getByRole('region', { name: 'AI' })).toHaveCount(0);
      if (at === 1) {
        // Whoever reloads in mid-case begins the case again, and is told nothing.
        await page.reload();
        await expect(panel).toContainText('case 2 of 5');
      }
      if (at === 0) await judgeScreen(page, 'training-blind');
      await say(page, blind[0], blind[1], 'Lock my blind read');
      await expect(page.getByRole('region', { name: 'AI' })).toContainText('Your blind read is locked');
      await expect(page.locator('.mark--truth')).toHaveCount(0);
      if (name === 'false' || name === 'place') await judgeScreen(page, `training-with-ai-${name}`);
      if (at === 2) {
        await page.reload();
        await expect(page.getByRole('region', { name: 'AI' })).toContainText('Your blind read is locked');
      }
      await say(page, last[0], last[1], 'Lock, and show the truth');
      await expect(feedback).toContainText(told, { timeout: 15_000 });
      await expect(feedback).toContainText(`case ${at + 1} of 5`);
      await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', /\d/, { timeout: 30_000 });
      await expect(page.locator('.mark--truth')).toHaveCount(
        ['right', 'missed', 'place'].includes(name) ? 1 : 0,
      );
      await expect(feedback.getByRole('button', { name: 'Back to the worklist' })).toBeInViewport();
      if (name === 'place')
        await expect(page.getByRole('region', { name: 'Known limits' })).toContainText('may point elsewhere');
      await judgeScreen(page, `training-told-${name}`);
      if (name === 'place') {
        await feedback.getByRole('button', { name: 'AI', exact: true }).click();
        await expect(page.locator('.mark--ai')).toHaveCount(0);
      }
      await feedback.getByRole('button', { name: at === 4 ? 'How the run went' : 'Next case' }).click();
    }
    const results = page.getByRole('region', { name: 'Results of the training' });
    await expect(results).toContainText('You were right before the AI3 of 5');
    await expect(results).toContainText('You were right after it3 of 5');
    await expect(results).not.toContainText('%');
    await expect(results.getByRole('row', { name: /^Missed/ })).toContainText('1 of 1');
    await expect(results.getByRole('row', { name: /^False alarm/ })).toContainText('0 of 1');
    await judgeScreen(page, 'training-results');
    // The case that was followed into the error comes first and opens with what was told.
    await results
      .getByRole('button', { name: /^Look again/ })
      .first()
      .click();
    await expect(feedback).toContainText(/over-reliance|erred alike/);
    await page.getByRole('button', { name: 'How the run went' }).click();
    // Again, in another order; earlier runs are closed meanwhile, and its cases open nowhere else.
    expect(orderOf(2)).not.toEqual(orderOf(1));
    await page.getByRole('button', { name: 'Begin again, in another order' }).click();
    await expect(panel).toContainText('case 1 of 5');
    const id = /training\/([\w-]+)/.exec(page.url())?.[1] ?? '';
    await page.evaluate((training) => {
      window.location.hash = `#/training/${training}/1/1`;
    }, id);
    await expect(page.getByText('Earlier runs are closed')).toBeVisible();
    await page.getByRole('button', { name: 'Go on with the training' }).click();
    await page.evaluate(() => {
      window.location.hash = '#/';
    });
    await page.getByRole('row', { name: /TRAINING, false/ }).dblclick();
    await expect(page.getByText('a case of your open run')).toBeVisible();
    await page.getByRole('button', { name: 'Back to the worklist' }).click();
    await notices.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('button', { name: 'End this run early …' }).click();
    await expect(page.getByRole('group', { name: 'End this run early' })).toContainText(
      '5 cases are not read to the end, and will not be told.',
    );
    await page.getByRole('button', { name: 'End the run' }).click();
    await expect(results).toContainText('0 of 5 cases read, ended early');
    // Another reader has no part in it, and is told of none.
    await page.getByRole('button', { name: 'Back to the worklist' }).click();
    await page.getByText('1 training you have done').click();
    await expect(page.getByText('Training: Limits of the chest model, 2 runs')).toBeVisible();
    await page.getByRole('button', { name: /^Reader R. Reader/ }).click();
    await page.getByLabel('New reader').fill('S. Second');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('button', { name: /^Reader S. Second/ })).toBeVisible();
    await expect(page.getByRole('row', { name: /TRAINING, false/ })).toBeVisible();
    await expect(page.getByText('Limits of the chest model')).toHaveCount(0);
    await expect(page.getByText('training you have done')).toHaveCount(0);
    await page.evaluate((training) => {
      window.location.hash = `#/training/${training}/1`;
    }, id);
    await expect(page.getByText('You have no part in this training')).toBeVisible();
    await page.context().close();
  } finally {
    await host.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
