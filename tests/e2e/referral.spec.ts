import { expect, type Page, test } from '@playwright/test';
import { type Host, startHost } from './host.ts';
import { backToWorklist, commit, sitDown } from './peers.ts';
import { judgeScreen, openStudy, openWindow } from './window.ts';

/** Two readers of one workstation: one refers, the other reads blind and answers. On a sample study that the product brings. */

const PATIENT = 'SYNTHETIC, Chest radiograph';
const WORDS = 'The AI and I see different lungs: 0.98 at the left base.';

let host: Host;
let page: Page;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser }) => {
  host = await startHost({ samples: true });
  page = await openWindow(await browser.newContext(), host.url, 'Ada First');
});

test.afterAll(async () => {
  await page.context().close();
  await host.stop();
});

const referred = () =>
  page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: /^Referred to me/ });

test('after the commit a study is referred by the keyboard, with a reason that nobody chose for the reader', async () => {
  test.slow();
  // The one who is asked has a profile.
  await sitDown(page, 'Bo Second');
  await expect(referred()).toHaveText(/Referred to me\s*0/);
  await sitDown(page, 'Ada First');
  await expect(page.getByRole('row', { name: PATIENT })).toBeVisible({ timeout: 60_000 });
  await openStudy(page, PATIENT);
  await commit(page, 'Opacity suspected in the right upper zone.');
  await page.locator('body').press('f');
  const dialog = page.getByRole('dialog', { name: 'Refer to another reader' });
  await expect(dialog.getByRole('combobox', { name: 'To' })).toBeFocused();
  await expect(
    dialog.getByRole('group', { name: 'Reason' }).getByRole('radio', { checked: true }),
  ).toHaveCount(0);
  await expect(dialog.getByRole('button', { name: /^Refer/ })).toBeDisabled();
  await dialog.getByRole('combobox', { name: 'To' }).selectOption('Bo Second');
  await dialog.getByRole('group', { name: 'Reason' }).getByRole('radio').first().focus();
  await page.keyboard.press('3');
  await expect(dialog.getByLabel(/The AI and I differ/)).toBeChecked();
  await dialog.getByLabel('Words (optional)').fill(WORDS);
  await judgeScreen(page, 'refer');
  await dialog.getByLabel('Words (optional)').press('Control+Enter');
  const card = page.getByRole('article', { name: 'Referral by Ada First' });
  await expect(card).toContainText('You to Bo Second: an independent read');
  await expect(card).toContainText('waiting');
  await judgeScreen(page, 'reconcile-referred');
  await backToWorklist(page);
  await expect(page.getByRole('row', { name: PATIENT })).toContainText('You referred it');
});

test('the reader who is asked finds it, is told what is asked and nothing else, and accepts', async () => {
  await sitDown(page, 'Bo Second');
  await expect(referred()).toHaveText(/Referred to me\s*1/);
  await referred().click();
  await expect(page.getByRole('row', { name: PATIENT })).toContainText('Referred to you');
  await judgeScreen(page, 'worklist-referred');
  await openStudy(page, PATIENT);
  const notice = page.getByRole('region', { name: 'Referred to you' });
  await expect(notice).toContainText('An independent read is asked of you');
  await notice.getByRole('button', { name: 'Accept' }).click();
  await expect(notice).toContainText('You accepted it.');
  const whole = await page.locator('body').innerText();
  for (const word of ['Ada', 'The AI and I differ', '0.98', 'Opacity suspected'])
    expect(whole).not.toContain(word);
  await judgeScreen(page, 'reading-referred');
});

test('after their own commit they see why, and answer; the first reader sees the answer', async () => {
  test.slow();
  await commit(page, 'No opacity. Overlapping ribs.');
  const card = page.getByRole('article', { name: 'Referral by Ada First' });
  await expect(card).toContainText('The AI and I differ');
  await expect(card).toContainText(WORDS);
  await card.getByRole('button', { name: 'Answer …' }).click();
  await card.getByLabel('Your answer').fill('Ribs, no opacity.');
  await expect(card.getByRole('button', { name: 'Answer', exact: true })).toBeDisabled();
  await card.getByLabel('differs from the first read').check();
  await judgeScreen(page, 'reconcile-answering');
  await card.getByRole('button', { name: 'Answer', exact: true }).click();
  await expect(card).toContainText('Bo Second answered (differs from the first read)');
  await backToWorklist(page);
  await expect(referred()).toHaveText(/Referred to me\s*0/);
  await referred().click();
  await expect(page.getByText('Nothing is referred to you')).toBeVisible();
  await sitDown(page, 'Ada First');
  await expect(page.getByRole('row', { name: PATIENT })).toContainText('Your referral is answered');
  await openStudyCommitted(page);
  await expect(card).toContainText('Ribs, no opacity.');
});

test('one to a second reader is declined with a reason, and stays for the others', async () => {
  await page.locator('body').press('f');
  const dialog = page.getByRole('dialog', { name: 'Refer to another reader' });
  await dialog.getByLabel(/Another reason, in words/).check();
  await expect(dialog.getByRole('button', { name: /^Refer/ })).toBeDisabled();
  await dialog.getByLabel('Words', { exact: true }).fill('For the teaching round.');
  await dialog.getByRole('button', { name: /^Refer/ }).click();
  await expect(page.getByRole('article', { name: 'Referral by Ada First' })).toHaveCount(2);
  await backToWorklist(page);
  await sitDown(page, 'Cy Third');
  await referred().click();
  await openStudy(page, PATIENT);
  const notice = page.getByRole('region', { name: 'Referred to you' });
  await expect(notice).toContainText('An independent read is asked of a second reader');
  await notice.getByRole('button', { name: 'Decline …' }).click();
  await notice.getByLabel('Why you decline').fill('Not my field.');
  await notice.getByRole('button', { name: 'Decline', exact: true }).click();
  await expect(notice).toHaveCount(0);
  await backToWorklist(page);
  await expect(referred()).toHaveText(/Referred to me\s*0/);
  await sitDown(page, 'Bo Second');
  await expect(referred()).toHaveText(/Referred to me\s*1/);
});

test('an independent read is made without the AI, though the site shows it on request', async ({
  browser,
}) => {
  test.slow();
  const site = await startHost({ samples: true, policy: { reading: { aiMode: 'on-request' } } });
  const other = await openWindow(await browser.newContext(), site.url, 'Bo Second');
  try {
    await expect(other.getByRole('row', { name: PATIENT })).toBeVisible({ timeout: 60_000 });
    await sitDown(other, 'Ada First');
    await openStudy(other, PATIENT);
    await commit(other, 'Opacity suspected.');
    await other.locator('body').press('f');
    const dialog = other.getByRole('dialog', { name: 'Refer to another reader' });
    await dialog.getByRole('combobox', { name: 'To' }).selectOption('Bo Second');
    await dialog.getByLabel(/A second read is asked for here/).check();
    await dialog.getByRole('button', { name: /^Refer/ }).click();
    await expect(other.getByRole('article', { name: 'Referral by Ada First' })).toBeVisible();
    await backToWorklist(other);
    await sitDown(other, 'Bo Second');
    await openStudy(other, PATIENT);
    await other.locator('body').press('q');
    const ai = other.getByRole('region', { name: 'AI before the commit' });
    await expect(ai).toContainText('An independent read is asked of you');
    await expect(other.locator('.mark--ai')).toHaveCount(0);
    // Whoever wants the AI declines; then the site's policy holds again.
    const notice = other.getByRole('region', { name: 'Referred to you' });
    await notice.getByRole('button', { name: 'Decline …' }).click();
    await notice.getByLabel('Why you decline').fill('I want to read with the AI.');
    await notice.getByRole('button', { name: 'Decline', exact: true }).click();
    await expect(notice).toHaveCount(0);
    await other.locator('body').press('q');
    await expect(other.locator('.mark--ai')).toHaveCount(1, { timeout: 30_000 });
  } finally {
    await other.context().close();
    await site.stop();
  }
});

async function openStudyCommitted(on: Page): Promise<void> {
  await on.getByRole('row', { name: PATIENT }).dblclick();
  await expect(on.getByRole('region', { name: 'My committed read' })).toBeVisible({ timeout: 30_000 });
}
