import { resolve } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { type Host, startHost } from './host.ts';
import { dragImage, judgeScreen, openStudy, openWindow } from './window.ts';

/** A phantom of the pack's goldens that the shipped model scores above its balanced point. */
const NAME = 'chest-opacity-8bit';
const OPACITY = resolve(import.meta.dirname, `../../models/chest-adult/golden/${NAME}.png`);

let host: Host;
let page: Page;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser }) => {
  host = await startHost();
  page = await openWindow(await browser.newContext(), host.url, 'R. Reader');
});

test.afterAll(async () => {
  await page.context().close();
  await host.stop();
});

test('a plain image comes in with the modality stated and nothing else', async () => {
  await page.getByRole('button', { name: 'Import …' }).first().click();
  await page.getByLabel('Files, folders or ZIPs').fill(OPACITY);
  await page.getByRole('dialog').getByLabel('Modality').selectOption('DX');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('row', { name: NAME })).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: /^Dismiss/ }).click();
});

test('facts stated just before the commit reach the model', async () => {
  await openStudy(page, NAME);
  // The model has abstained by now, for want of the facts that are stated next.
  await page.waitForTimeout(3000);
  const facts = page.getByRole('region', { name: 'Study facts' });
  await facts.getByRole('button', { name: 'State …' }).click();
  await facts.getByLabel('Body part').selectOption('CHEST');
  await facts.getByLabel('View').selectOption('PA');
  await facts.getByRole('button', { name: 'State these facts' }).click();
  await expect(facts).toContainText('Stated by a person');
  await page.getByLabel('Impression').fill('To be compared.');
  await page.keyboard.press('Control+Enter');
  const models = page.getByRole('region', { name: 'Models' });
  const adult = models.getByRole('listitem').filter({ hasText: 'chest-adult' }).first();
  await expect(adult).toContainText('record', { timeout: 30_000 });
  await expect(adult).not.toContainText('abstained');
  // The models for other ages and body parts say why they did not read it.
  await expect(models).toContainText("The patient's age is not stated");
});

test('what the AI alone found is drawn in its own form, and settled by a person only', async () => {
  await expect(page.locator('[data-item]')).toHaveCount(1);
  await expect(page.locator('.item--ai-only')).toHaveCount(1);
  await expect(page.locator('.mark--ai')).toHaveCount(1);
  // In the pack's own words, which claim less than its label, on the image and in the list.
  await expect(page.locator('.mark--ai')).toContainText('AI tuberculosis-type abnormality · score');
  await expect(page.locator('.item--ai-only')).toContainText('tuberculosis-type abnormality');
  const dashes = await page
    .locator('.mark--ai .mark__line')
    .evaluate((line) => getComputedStyle(line).strokeDasharray);
  expect(dashes).not.toBe('none');
  await judgeScreen(page, 'reconcile-ai-only');
  await expect(page.getByText('Every difference is settled.')).toHaveCount(0);
  await page.locator('[data-item] .item__line').focus();
  await page.keyboard.press('r');
  const form = page.locator('.assess');
  await expect(form.getByRole('radio', { checked: true })).toHaveCount(0);
  await page.keyboard.press('1');
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-item] .item__state')).toHaveText('rejected');
  await expect(page.getByText('Every difference is settled.')).toBeVisible();
  await page.getByRole('button', { name: 'Worklist' }).click();
  await expect(page.getByRole('row', { name: NAME })).toContainText('final');
});

test('a finding of both is one line with both outlines', async () => {
  await page.getByRole('button', { name: /^Reader R. Reader/ }).click();
  await page.getByLabel('New reader').fill('S. Second');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('row', { name: NAME })).toContainText('new');
  await openStudy(page, NAME);
  await page.getByRole('button', { name: 'Finding box' }).click();
  await dragImage(page, [20, 20], [300, 360]);
  await page.getByLabel('Label').fill('Tuberculosis');
  await page.getByLabel('Impression').fill('Tuberculosis suspected.');
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('.item--agree')).toHaveCount(1, { timeout: 30_000 });
  await expect(page.locator('.mark--reader')).toHaveCount(1);
  await expect(page.locator('.mark--ai')).toHaveCount(1);
  await judgeScreen(page, 'reconcile-agree');
});

/** As drawn: where the image's first pixel lies, and how large one is. */
const poseOf = async (id: string): Promise<[number, number, number]> => {
  const matrix = (await page.getByTestId(id).getAttribute('data-matrix'))?.split(' ').map(Number) ?? [];
  return [matrix[0] ?? 0, matrix[4] ?? 0, matrix[5] ?? 0];
};

test('both sides lie beside each other, each with its own marks, and look at the same', async () => {
  await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', '0');
  await expect(page.getByTestId('pane-ai')).toHaveAttribute('data-shown', '0');
  await expect(page.getByTestId('pane').locator('.mark--reader')).toHaveCount(1);
  await expect(page.getByTestId('pane').locator('.mark--ai')).toHaveCount(0);
  await expect(page.getByTestId('pane-ai').locator('.mark--ai')).toHaveCount(1);
  await expect(page.getByTestId('pane-ai').locator('.mark--reader')).toHaveCount(0);
  const before = await poseOf('pane');
  await page.locator('body').press('+');
  await page.locator('body').press('+');
  await expect.poll(async () => (await poseOf('pane'))[0]).toBeGreaterThan(before[0] * 1.3);
  await expect.poll(async () => await poseOf('pane-ai')).toEqual(await poseOf('pane'));
  // The other way round: what is done on the AI's side, the reader's follows.
  const box = await page.getByTestId('pane-ai').boundingBox();
  if (box === null) throw new Error('no pane');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down({ button: 'middle' });
  await page.mouse.move(box.x + box.width / 2 + 40, box.y + box.height / 2 + 25, { steps: 4 });
  await page.mouse.up({ button: 'middle' });
  await expect.poll(async () => (await poseOf('pane-ai'))[1]).not.toBe(before[1]);
  await expect.poll(async () => await poseOf('pane')).toEqual(await poseOf('pane-ai'));
  await page.locator('body').press('0');
  await expect.poll(async () => await poseOf('pane-ai')).toEqual(before);
  await page.locator('body').press('s');
  await expect(page.getByTestId('pane-ai')).toHaveCount(0);
  await expect(page.getByTestId('pane').locator('.mark')).toHaveCount(2);
  await judgeScreen(page, 'reconcile-one-image');
  await page.locator('body').press('s');
  await expect(page.getByTestId('pane-ai')).toHaveAttribute('data-shown', '0');
});

test('why the model says this stands beside its line', async () => {
  const why = page.locator('.item--agree .why');
  await why.locator('summary').click();
  await expect(why).toContainText('counted from 0.');
  await expect(why).toContainText('Attention, not outline');
  await expect(why).toContainText('Two public chest X-ray datasets');
  await expect(why).toContainText('Known limits');
  await judgeScreen(page, 'reconcile-why');
  await why.locator('summary').click();
});

test('a line that is deferred keeps the study open; a modified finding changes the read, and nothing else does', async () => {
  const line = page.locator('.item--agree .item__line');
  await line.focus();
  await page.keyboard.press('d');
  await page.keyboard.press('8');
  await page.keyboard.press('Enter');
  await expect(page.locator('.item--agree .item__state')).toHaveText('deferred');
  await expect(page.getByTestId('open-items')).toHaveText('1 deferred');
  await expect(page.getByText('Every difference is settled.')).toHaveCount(0);
  const now = page.getByRole('region', { name: 'Read after reconciling' });
  await expect(now).toContainText('has not changed it');
  await line.focus();
  await page.keyboard.press('m');
  const form = page.locator('.assess');
  await expect(form.getByLabel('Label', { exact: true })).toHaveValue('Tuberculosis');
  await form.getByLabel('Label', { exact: true }).fill('Consolidation');
  await form.getByLabel('Laterality').selectOption('right');
  await form.getByRole('button', { name: 'Draw it anew' }).click();
  await dragImage(page, [40, 60], [200, 220]);
  await expect(form).toContainText('drawn anew');
  await judgeScreen(page, 'reconcile-modify');
  await form.getByRole('radio').nth(4).check();
  await form.getByRole('button', { name: /^Record/ }).click();
  await expect(page.locator('.item--agree .item__state')).toHaveText('modified');
  await expect(page.getByText('Every difference is settled.')).toBeVisible();
  await expect(now.locator('[data-change="modified"]')).toContainText('Consolidation right');
  await expect(page.getByRole('region', { name: 'My committed read' })).toContainText(
    'Tuberculosis suspected.',
  );
});

test('an addendum is signed and stays', async () => {
  const addenda = page.getByRole('region', { name: 'Addenda' });
  await addenda.getByRole('button', { name: 'Add …' }).click();
  await addenda.getByRole('textbox').fill('Compared with the film of March: new.');
  await judgeScreen(page, 'reconcile-addendum');
  // Left before it is signed: the words are there again, for this reader, and are no addendum.
  await page.getByRole('button', { name: 'Worklist' }).click();
  await openStudy(page, NAME);
  await expect(addenda.getByTestId('addendum-draft')).toContainText('Compared with the film of March: new.');
  await expect(addenda).not.toContainText('signed ·');
  await page.reload();
  await addenda.getByRole('button', { name: 'Go on …' }).click();
  await expect(addenda.getByRole('textbox')).toHaveValue('Compared with the film of March: new.');
  await addenda.getByRole('button', { name: 'Sign and add' }).click();
  await expect(addenda).toContainText('Addendum 1 · signed');
  await page.reload();
  await expect(addenda).toContainText('Compared with the film of March: new.');
  // Signed, it is no draft any more.
  await expect(addenda.getByRole('button', { name: 'Add …' })).toBeVisible();
});

test('the read of another, made blind to this one, lies beside it after the commit and is reviewed', async () => {
  const others = page.getByRole('region', { name: 'Reads of others' });
  await expect(others).toContainText('R. Reader');
  await expect(others).toContainText('To be compared.');
  await expect(others.locator('[data-pair="mine"]')).toContainText('Tuberculosis');
  await others.getByRole('button', { name: 'Review this read …' }).click();
  await expect(others.getByRole('radio')).toHaveCount(5);
  // The keyboard is where the choice is, and nothing is chosen by that.
  await expect(others.getByRole('radio').first()).toBeFocused();
  await expect(others.getByRole('radio', { checked: true })).toHaveCount(0);
  await others.getByRole('radio').nth(1).check();
  await judgeScreen(page, 'reconcile-others');
  await others.getByRole('button', { name: 'Record' }).click();
  await expect(others).toContainText('Your review: Understandable miss, unlikely to matter');
});
