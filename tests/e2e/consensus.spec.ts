import { expect, type Page, test } from '@playwright/test';
import { type Host, startHost } from './host.ts';
import { addFinding, backToWorklist, commit, sitDown } from './peers.ts';
import { judgeScreen, openStudy, openWindow } from './window.ts';

/** Two readers of one workstation read a sample study blind to each other, settle their differences, and both sign. */

const PATIENT = 'SYNTHETIC, Chest radiograph';

let host: Host;
let page: Page;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser }) => {
  host = await startHost({ samples: true });
  page = await openWindow(await browser.newContext(), host.url, 'Ada First');
  await expect(page.getByRole('row', { name: PATIENT })).toBeVisible({ timeout: 60_000 });
});

test.afterAll(async () => {
  await page.context().close();
  await host.stop();
});

const view = (title: string) =>
  page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: new RegExp(`^${title}`) });
const section = () => page.getByRole('region', { name: 'Consensus', exact: true });
const record = () => section().getByRole('article', { name: 'Consensus of Ada First and Bo Second' });

async function reopen(): Promise<void> {
  await page.getByRole('row', { name: PATIENT }).dblclick();
  await expect(page.getByRole('region', { name: 'My committed read' })).toBeVisible({ timeout: 30_000 });
}

test('two readers read one study, each blind to the other', async () => {
  test.slow();
  await openStudy(page, PATIENT);
  await addFinding(page, [400, 500], [700, 800], 'Opacity', 'right');
  await commit(page, 'Opacity in the right upper zone.');
  await expect(section()).toHaveCount(0);
  await backToWorklist(page);
  await sitDown(page, 'Bo Second');
  await openStudy(page, PATIENT);
  await expect(page.locator('body')).not.toContainText('Opacity in the right');
  await addFinding(page, [420, 520], [720, 820], 'Opacity', 'left');
  await addFinding(page, [120, 300], [260, 440], 'Cardiomegaly', 'left');
  await commit(page, 'Opacity and a large heart.');
});

test('the differences are listed by the same matching and settled by the keyboard; nothing is chosen beforehand', async () => {
  test.slow();
  await page.locator('body').press('c');
  const editor = section().getByRole('group', { name: 'Consensus with Ada First' });
  await expect(editor).toContainText('0 of 3 differences settled');
  await expect(editor.getByRole('radio', { checked: true })).toHaveCount(0);
  await expect(editor.getByRole('button', { name: 'Sign and propose' })).toBeDisabled();
  const side = editor.getByRole('group', { name: /^Opacity differ: side/ });
  await expect(side.getByRole('radio').first()).toBeFocused();
  // The other's marks lie beside one's own, in their own form.
  await expect(page.getByTestId('pane-ai').locator('.mark--peer')).toHaveCount(1);
  await expect(page.getByTestId('pane-ai').locator('.mark--ai')).toHaveCount(0);
  await page.keyboard.press('1');
  await expect(side.getByLabel('Ada First: Opacity, right')).toBeChecked();
  await side.getByLabel('Why (optional)').fill('The marker says R.');
  const heart = editor.getByRole('group', { name: /^Cardiomegaly differ: there or not/ });
  await expect(heart.getByRole('radio')).toHaveCount(3);
  await expect(heart.getByLabel('Ada First: no such finding')).not.toBeChecked();
  await heart.getByLabel('Otherwise …').check();
  await heart.getByLabel('Certainty').selectOption('2');
  const words = editor.getByRole('group', { name: /^Impression differ: words/ });
  await words.getByLabel('Otherwise …').check();
  await words.getByLabel('Impression, as both hold it').fill('Opacity, right. Heart possibly enlarged.');
  await expect(editor).toContainText('3 of 3 differences settled');
  await judgeScreen(page, 'consensus-editor');
  await editor.getByRole('button', { name: 'Sign and propose' }).press('Enter');
  await expect(record()).toContainText('Proposed; waits for Ada First');
  // Who proposed cannot agree with themself.
  await expect(record().getByRole('button', { name: 'Agree and sign …' })).toHaveCount(0);
  await backToWorklist(page);
  await expect(view('Consensus')).toHaveText(/Consensus\s*1/);
  await expect(page.getByRole('row', { name: PATIENT })).toContainText(
    'A consensus waits for the other reader',
  );
});

test('the other finds it in the worklist and signs under their own profile', async () => {
  test.slow();
  await sitDown(page, 'Ada First');
  await expect(view('Consensus')).toHaveText(/Consensus\s*1/);
  await view('Consensus').click();
  await expect(page.getByRole('row', { name: PATIENT })).toContainText(
    'A consensus waits for your signature',
  );
  await judgeScreen(page, 'worklist-consensus');
  await reopen();
  await expect(record()).toContainText('Proposed; waits for your signature');
  await record().getByText('How the differences were settled').click();
  await expect(record()).toContainText('The marker says R.');
  await judgeScreen(page, 'consensus-to-sign');
  await record().getByRole('button', { name: 'Show Bo Second’s marks' }).click();
  await expect(page.getByTestId('pane-ai').locator('.mark--peer')).toHaveCount(2);
  await record().getByRole('button', { name: 'Agree and sign …' }).click();
  const dialog = page.getByRole('dialog', { name: 'Sign the consensus with Bo Second?' });
  await expect(dialog).toContainText('Opacity, right. Heart possibly enlarged.');
  await expect(dialog.getByRole('button', { name: 'Not now' })).toBeFocused();
  await judgeScreen(page, 'consensus-sign');
  await dialog.getByRole('button', { name: 'Sign as Ada First' }).click();
  await expect(record()).toContainText('Consensus, signed by you and Bo Second');
  await expect(record()).toContainText('Ada First agreed, signed');
  const stands = page.getByRole('region', { name: 'Read after reconciling' });
  await expect(stands).toContainText('By consensus with Bo Second');
  await expect(stands).toContainText('Cardiomegaly');
  await judgeScreen(page, 'consensus-agreed');
  await backToWorklist(page);
  await expect(view('Consensus')).toHaveText(/Consensus\s*0/);
  await view('All').click();
  await expect(page.getByRole('row', { name: PATIENT })).toContainText('Consensus, signed by both');
});

test('a later proposal can end without consensus, with reasons', async () => {
  await reopen();
  await section().getByRole('button', { name: 'Another consensus with Bo Second …' }).click();
  const editor = section().getByRole('group', { name: 'Consensus with Bo Second' });
  // What was settled stays while the editor is closed.
  await editor
    .getByRole('group', { name: /^Opacity/ })
    .getByLabel('You: Opacity, right')
    .check();
  await page.keyboard.press('Escape');
  await expect(editor).toHaveCount(0);
  await page.locator('body').press('c');
  await expect(editor).toContainText('1 of 3 differences settled');
  await editor.getByLabel(/^Words to the whole/).fill('A lateral view is needed.');
  await editor.getByRole('button', { name: 'No consensus' }).click();
  await expect(section().getByRole('article', { name: 'Consensus of Ada First and Bo Second' })).toHaveCount(
    2,
  );
  await expect(section()).toContainText('No consensus of you and Bo Second');
  await expect(section()).toContainText('A lateral view is needed.');
  // What both signed before stands.
  await expect(page.getByRole('region', { name: 'Read after reconciling' })).toContainText(
    'By consensus with Bo Second',
  );
  await backToWorklist(page);
  await expect(page.getByRole('row', { name: PATIENT })).toContainText('No consensus');
});
