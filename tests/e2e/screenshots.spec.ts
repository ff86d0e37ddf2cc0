import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Browser, expect, type Page, test } from '@playwright/test';
import { ZipFile } from 'yazl';
import { type TestSeries, writeSeries } from './dicom-files.ts';
import { fillLedger } from '../bench/ledger-rows.ts';
import { type Host, startHost } from './host.ts';
import { CHEST, ctStack } from './phantoms.ts';
import { type Pictures, takePictures } from './pictures.ts';
import {
  chooseBoth,
  commitCourse,
  COURSE,
  course,
  linkBoth,
  markBoth,
  stateNewLesions,
  writeCourse,
} from './response-course.ts';
import { EARLIER, NOW } from './two-of-one-patient.ts';
import { dragImage, importPaths, openStudy, openWindow } from './window.ts';

/**
 * Refreshes docs/screenshots, every picture of docs/user-guide.md, from the running product on synthetic images only:
 * `OVERREAD_SCREENSHOTS=1 npx playwright test screenshots`. No path and no name of this machine is in any of them.
 */
test.describe.configure({ mode: 'serial' });
test.skip(process.env['OVERREAD_SCREENSHOTS'] === undefined, 'OVERREAD_SCREENSHOTS is not set');

const SIZE = { width: 1280, height: 800 };
const OPACITY = resolve(import.meta.dirname, '../../models/chest-adult/golden/chest-opacity-8bit.png');

let host: Host;
let page: Page;
let folder: string;
let take: Pictures;

const dialog = (name: string | RegExp) => page.getByRole('dialog', { name });
const region = (name: string) => page.getByRole('region', { name, exact: true });
const panel = () => page.getByRole('complementary', { name: 'Comparison' });
const row = (name: string, of: Page = page) => of.getByRole('row', { name });

/** A study like many others, so that the list looks like one. */
function study(name: string, number: number, day: string, description: string, of: TestSeries): void {
  writeSeries(join(folder, 'studies', name), {
    ...of,
    studyDate: day,
    patientName: `SAMPLE^${name}`,
    patientID: `SYN-01${number}`,
    description,
    root: `2.25.9002${number}`,
  });
}

async function newWindow(browser: Browser, at: Host, reader: string): Promise<Page> {
  return openWindow(await browser.newContext({ viewport: SIZE }), at.url, reader);
}

/** Archives have no path of this machine in them. */
async function zipOfRefused(): Promise<string> {
  const path = join(folder, 'disc.zip');
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from('[autorun]\nopen=viewer.exe\n'.repeat(20)), 'AUTORUN.INF');
  zip.addBuffer(Buffer.from('\x89PNG\r\n\x1a\nnothing more', 'latin1'), 'photo.png');
  zip.addBuffer(Buffer.from('letter to the referring doctor '.repeat(20)), 'REPORT.TXT');
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
  return path;
}

test.beforeAll(async ({ browser }) => {
  folder = mkdtempSync(join(tmpdir(), 'overread-shots-'));
  writeSeries(join(folder, 'studies/chest'), CHEST);
  writeSeries(join(folder, 'studies/stack'), ctStack(40, '2.25.900005'));
  study('Anna', 10, '20261124', 'Chest PA', CHEST);
  study('Bruno', 11, '20261118', 'CT chest', ctStack(3, ''));
  study('Clara', 12, '20261003', 'CT chest, follow-up', ctStack(2, ''));
  study('David', 13, '20260611', 'Chest PA', CHEST);
  study('Elena', 14, '20261121', 'CT thorax', ctStack(2, ''));
  writeSeries(join(folder, 'capture'), {
    ...CHEST,
    patientName: 'SAMPLE^Fritz',
    patientID: 'SYN-0120',
    description: 'Screen capture',
    root: '2.25.900216',
    rows: 64,
    columns: 64,
    photometric: 'RGB',
    value: () => 90,
    sliceElements: () => [{ tag: '00080064', vr: 'CS', value: 'WSD' }],
  });
  host = await startHost();
  const context = await browser.newContext({ viewport: SIZE });
  take = await takePictures(context);
  page = await context.newPage();
});

test.afterAll(async () => {
  await page.context().close();
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('who reads, an empty list, the import', async () => {
  test.setTimeout(120_000);
  await page.goto(host.url);
  await page.getByLabel('New reader').fill('S. Second');
  await page.keyboard.press('Enter');
  await expect(page.getByText('No studies yet')).toBeVisible();
  await page.getByRole('button', { name: /^Reader S. Second/ }).click();
  await page.getByLabel('New reader').fill('R. Reader');
  await take.whole(page, 'readers');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: /^Reader R. Reader/ })).toBeVisible();
  await take.whole(page, 'worklist-empty');
  await page.locator('body').press('n');
  await page.getByLabel('Files, folders or ZIPs').fill('/media/cdrom');
  await dialog('Import').getByLabel('Modality').selectOption('DX');
  await take.part(dialog('Import'), 'import');
  await page.keyboard.press('Escape');
  await importPaths(page, [join(folder, 'studies')]);
  await page.getByRole('button', { name: /^Dismiss/ }).click();
});

test('the worklist, its filters, views and dialogs', async () => {
  test.setTimeout(120_000);
  for (const [name, key] of [
    ['SAMPLE, Elena', '3'],
    ['SYNTHETIC, Chest', '2'],
  ] as const) {
    await row(name).click();
    await page.keyboard.press(key);
  }
  await openStudy(page, 'SAMPLE, Bruno');
  await page.getByLabel('Impression').fill('No change.');
  await expect(page.getByTestId('save')).toHaveText('saved');
  await page.locator('body').press('Escape');
  await page.locator('body').press('u');
  await row('SYNTHETIC, Chest').click();
  await take.whole(page, 'worklist');
  await page.keyboard.press('p');
  await take.part(dialog(/^Priority of/), 'priority');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Delete');
  await take.part(dialog('Remove this study?'), 'remove-study');
  await page.keyboard.press('Escape');
  await page.getByRole('combobox', { name: 'Modality' }).selectOption('CT');
  await page.getByRole('button', { name: 'Save view …' }).click();
  await page.getByLabel('Name of the view').fill('CT');
  await take.part(page.getByRole('dialog'), 'view-name');
  await page.keyboard.press('Enter');
  await page.getByRole('combobox', { name: 'Priority' }).selectOption('urgent or stat');
  await page.getByRole('button', { name: 'Save view …' }).click();
  await page.getByLabel('Name of the view').fill('CT, pressing');
  await page.keyboard.press('Enter');
  await expect(
    page.getByRole('list', { name: 'Saved views' }).getByRole('button', { name: /^CT, pressing/ }),
  ).toHaveAttribute('aria-current', 'true');
  await page.getByPlaceholder('Patient, ID').fill('thorax 2026-11');
  await expect(page.getByPlaceholder('Patient, ID')).toHaveValue('thorax 2026-11');
  await expect(page.locator('.wl-rows .wl-row')).toHaveCount(1);
  await take.whole(page, 'worklist-filters');
  await page
    .getByRole('list', { name: 'Saved views' })
    .getByRole('button', { name: /^CT, pressing/ })
    .click();
  await page.getByRole('button', { name: 'Remove CT, pressing …' }).click();
  await take.part(page.getByRole('dialog'), 'view-remove');
  await page.keyboard.press('Escape');
  await page.getByPlaceholder('Patient, ID').fill('');
  await page.getByRole('button', { name: /^All/ }).first().click();
});

test('files that were refused', async () => {
  await page.locator('body').press('n');
  await page.getByLabel('Files to import').setInputFiles(await zipOfRefused());
  await page.getByRole('button', { name: 'Import 1 file' }).click();
  await page.getByRole('button', { name: 'Report' }).first().click({ timeout: 30_000 });
  await take.part(page.getByRole('dialog'), 'import-report');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Dismiss/ }).click();
  await page.getByRole('button', { name: /^Refused files/ }).click();
  await take.whole(page, 'refused-files');
  await page.getByRole('button', { name: 'Clear the list …' }).click();
  await take.part(page.getByRole('dialog'), 'refused-clear');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^All/ }).first().click();
});

test('a stack, and a commit with images that were not displayed', async () => {
  test.setTimeout(120_000);
  await openStudy(page, 'SYNTHETIC, Stack');
  await page.keyboard.press('End');
  await page.keyboard.press('Home');
  for (let step = 0; step < 20; step += 1) await page.keyboard.press('ArrowDown');
  await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', '20');
  await page.keyboard.press('e');
  await dragImage(page, [140, 220], [160, 240]);
  await page.keyboard.press('l');
  await dragImage(page, [110, 300], [210, 300]);
  await take.whole(page, 'stack');
  await page.getByLabel('No abnormal finding').check();
  await page.keyboard.press('Control+Enter');
  await take.part(dialog(/images were not displayed/), 'commit-unseen');
  await page.keyboard.press('Escape');
  await page.locator('body').press('u');
});

test('a study of which nothing is shown, for it may contain AI', async () => {
  await importPaths(page, [join(folder, 'capture')]);
  await page.getByRole('button', { name: /^Dismiss/ }).click();
  await row('SAMPLE, Fritz').dblclick();
  await expect(page.getByText('Nothing here can be drawn')).toBeVisible();
  await take.whole(page, 'withheld');
  await page.getByLabel('No abnormal finding').check();
  await page.keyboard.press('Control+Enter');
  await take.part(dialog('No image of this study was shown to you'), 'commit-nothing-shown');
  await page.keyboard.press('Escape');
  await page.locator('body').press('u');
});

test('a read, its checklist, its keys', async () => {
  test.setTimeout(120_000);
  await openStudy(page, 'SYNTHETIC, Chest');
  await page.keyboard.press('f');
  await dragImage(page, [200, 262], [282, 340]);
  await page.getByLabel('Label').fill('Opacity');
  await page.getByLabel('Laterality').selectOption('right');
  await page.getByLabel('Impression').fill('Round opacity in the right upper zone. CT advised.');
  await expect(page.getByTestId('save')).toHaveText('saved');
  await take.whole(page, 'reading');
  await page.locator('body').press('Escape');
  await page.locator('body').press('c');
  for (const key of ['a', 'n', 'n', 'n', 'n', 'x']) await page.keyboard.press(key);
  await take.part(page.getByRole('complementary', { name: 'My read' }), 'checklist');
  await page.locator('body').press('Escape');
  await page.locator('body').press('?');
  await take.part(dialog('Keyboard and mouse'), 'keys');
  await page.keyboard.press('Escape');
});

test('what keeps a read safe: not saved, another reader, a study that is taken', async () => {
  test.setTimeout(180_000);
  const saves = '**/api/studies/*/read';
  await page.route(saves, (route) =>
    route.request().method() === 'PUT' ? route.abort('connectionfailed') : route.continue(),
  );
  await page.getByLabel('Comment').fill('3 cm, round');
  await expect(page.getByRole('alert')).toContainText('not saved, trying again');
  await page.locator('body').press('Escape');
  await page.getByRole('button', { name: 'Worklist' }).click();
  await take.part(dialog('Leave without your last changes?'), 'not-saved');
  await page.getByRole('button', { name: 'Stay' }).click();
  await page.unroute(saves);
  await expect(page.getByTestId('save')).toHaveText('saved', { timeout: 15_000 });
  const other = await page.context().newPage();
  await other.goto(new URL(host.url).origin);
  await other.getByRole('button', { name: 'Reader R. Reader: change' }).click();
  await other.getByRole('button', { name: 'S. Second' }).click();
  await take.part(dialog('Another reader in another window'), 'another-reader');
  await row('SYNTHETIC, Chest', other).dblclick();
  await expect(other.getByText('Another reader has this study open')).toBeVisible();
  await take.whole(other, 'study-taken');
  await other.getByRole('button', { name: 'Take it over …' }).click();
  await take.part(other.getByRole('dialog', { name: 'Take this study over?' }), 'take-over');
  await other.getByRole('button', { name: 'Take it over', exact: true }).click();
  await expect(other.getByTestId('pane')).toHaveAttribute('data-shown', /\d/);
  await dialog('Another reader in another window')
    .getByRole('button', { name: 'Read on as R. Reader' })
    .click();
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await expect(page.getByText('Another reader has taken this study over.')).toBeVisible();
  await take.whole(page, 'study-lost');
  await page.getByRole('button', { name: 'Read on beside them' }).click();
  await other.close();
});

test('the comparison, and each judgement', async () => {
  test.setTimeout(180_000);
  await page.locator('body').press('Control+Enter');
  await expect(page.getByTestId('mask-outline')).toBeVisible({ timeout: 60_000 });
  await take.whole(page, 'reconcile');
  await page.locator('body').press('h');
  await page.locator('body').press('s');
  await expect(page.getByTestId('attention')).toHaveCount(1);
  await take.whole(page, 'reconcile-one-image');
  await page.locator('body').press('h');
  await page.locator('body').press('s');
  const line = page.locator('.item--ai-only');
  await line.locator('.item__line').focus();
  await line.locator('.why summary').click();
  await take.part(panel(), 'why');
  await line.locator('.why summary').click();
  await line.locator('.item__line').focus();
  await page.keyboard.press('r');
  await take.part(line, 'judge');
  await page.keyboard.press('Escape');
  await line.locator('.item__line').focus();
  await page.keyboard.press('m');
  await page.locator('.assess').getByLabel('Laterality').selectOption('left');
  await page.locator('.assess').evaluate((form) => form.scrollIntoView({ block: 'start' }));
  await take.part(panel(), 'modify');
  await page.keyboard.press('5');
  await page.keyboard.press('Escape');
  await line.locator('.item__line').focus();
  for (const key of ['d', '8', 'Enter']) await page.keyboard.press(key);
  await expect(line.locator('.item__state')).toHaveText('deferred');
  const addenda = region('Addenda');
  await addenda.getByRole('button', { name: 'Add …' }).click();
  await addenda.getByRole('textbox').fill('Compared with the film of March: new.');
  await take.part(addenda, 'addendum');
  await addenda.getByRole('button', { name: 'Sign and add' }).click();
  await expect(addenda).toContainText('Addendum 1 · signed');
  await page.locator('body').press('f');
  const refer = dialog('Refer to another reader');
  await refer.getByRole('combobox', { name: 'To' }).selectOption('S. Second');
  await refer.getByLabel(/I am not certain of a finding/).check();
  await refer.getByLabel('Words (optional)').fill('Opacity or vessel?');
  await take.part(refer, 'refer');
  await refer.getByLabel('Words (optional)').press('Control+Enter');
  await expect(page.getByRole('article', { name: 'Referral by R. Reader' })).toContainText('waiting');
  await page.locator('body').press('u');
});

test('a second reader, and the reads of others', async () => {
  test.setTimeout(120_000);
  await page.getByRole('button', { name: /^Reader R. Reader/ }).click();
  await page.getByRole('button', { name: 'S. Second' }).click();
  await openStudy(page, 'SYNTHETIC, Chest');
  await page.keyboard.press('o');
  await dragImage(page, [205, 265], [280, 338]);
  await page.getByLabel('Label').fill('Nodule');
  await page.getByLabel('Impression').fill('Nodule of 3 cm in the right upper zone.');
  const asked = region('Referred to you');
  await take.part(asked, 'referred-to-you');
  await asked.getByRole('button', { name: 'Accept' }).click();
  await expect(asked).toContainText('You accepted it.');
  await page.locator('body').press('Escape');
  await page.keyboard.press('Control+Enter');
  const card = page.getByRole('article', { name: 'Referral by R. Reader' });
  await card.getByRole('button', { name: 'Answer …' }).click();
  await card.getByLabel('Your answer').fill('Opacity: it has no branch.');
  await card.getByLabel('agrees with the first read').check();
  await take.part(card, 'referral-answer');
  await card.getByRole('button', { name: 'Answer', exact: true }).click();
  const others = region('Reads of others');
  await others.getByRole('button', { name: 'Review this read …' }).click();
  await others.getByRole('radio').nth(0).check();
  await take.part(others, 'reads-of-others');
  await others.getByRole('button', { name: 'Record' }).click();
  await page.locator('body').press('Escape');
  await page.locator('body').press('c');
  const consensus = region('Consensus');
  const editor = consensus.getByRole('group', { name: 'Consensus with R. Reader' });
  for (const line of await editor.getByRole('group', { name: / differ: / }).all())
    await line.getByRole('radio').first().check();
  await take.whole(page, 'consensus');
  await editor.getByRole('button', { name: 'Sign and propose' }).click();
  await expect(consensus).toContainText('Proposed; waits for R. Reader');
  await page.locator('body').press('Escape');
  await page.locator('body').press('u');
  await page.getByRole('button', { name: /^Reader S. Second/ }).click();
  await page.getByRole('button', { name: 'R. Reader' }).click();
  await row('SYNTHETIC, Chest').dblclick();
  await consensus.getByRole('button', { name: 'Agree and sign …' }).click();
  await take.part(dialog('Sign the consensus with S. Second?'), 'consensus-sign');
  await dialog('Sign the consensus with S. Second?')
    .getByRole('button', { name: 'Sign as R. Reader' })
    .click();
  await expect(consensus).toContainText('Consensus, signed by you and S. Second');
  await consensus.scrollIntoViewIfNeeded();
  await take.part(consensus, 'consensus-signed');
  await page.locator('body').press('Escape');
  await page.locator('body').press('o');
  const report = page.getByRole('dialog', { name: /^Report/ });
  await expect(report.getByRole('tab', { name: 'Letter to the patient' })).toBeVisible();
  await take.part(report, 'report');
  await page.keyboard.press('Escape');
});

test('what runs, and backups', async () => {
  test.setTimeout(120_000);
  await page.locator('body').press('b');
  await expect(page.getByRole('list', { name: 'AI analysis of committed studies' })).toContainText(
    'completed',
    {
      timeout: 60_000,
    },
  );
  await take.part(dialog('What runs'), 'what-runs');
  await page.getByRole('button', { name: 'Backups …' }).click();
  await page.getByLabel('Folder of the backups').fill('/media/backup/overread');
  await take.part(dialog('Backups'), 'backups');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
});

test('a site that shows the AI on request, and facts that a file does not say', async ({ browser }) => {
  test.setTimeout(180_000);
  const site = await startHost({ policy: { reading: { aiMode: 'on-request' } } });
  const shot = await newWindow(browser, site, 'R. Reader');
  try {
    await shot.getByRole('button', { name: 'Import …' }).first().click();
    await shot.getByLabel('Files to import').setInputFiles(OPACITY);
    await shot.getByRole('dialog').getByLabel('Modality').selectOption('DX');
    await shot.getByRole('button', { name: 'Import 1 file' }).click();
    await expect(row('chest-opacity-8bit', shot)).toBeVisible({ timeout: 30_000 });
    await shot.getByRole('button', { name: /^Dismiss/ }).click();
    await openStudy(shot, 'chest-opacity-8bit');
    const facts = shot.getByRole('region', { name: 'Study facts' });
    await facts.getByRole('button', { name: 'State …' }).click();
    await facts.getByLabel('Body part').selectOption('CHEST');
    await facts.getByLabel('View').selectOption('PA');
    await take.part(facts, 'study-facts');
    await facts.getByRole('button', { name: 'State these facts' }).click();
    await shot.waitForTimeout(3000);
    await shot.locator('body').press('q');
    await expect(shot.locator('.mark--ai')).toHaveCount(1, { timeout: 30_000 });
    await take.whole(shot, 'ai-on-request');
  } finally {
    await shot.context().close();
    await site.stop();
  }
});

test('a site that shows the AI first, and its triage', async ({ browser }) => {
  test.setTimeout(180_000);
  const site = await startHost({ policy: { reading: { aiMode: 'ai-first' } } });
  const shot = await newWindow(browser, site, 'R. Reader');
  try {
    await importPaths(shot, [join(folder, 'studies')]);
    await shot.getByRole('button', { name: /^Dismiss/ }).click();
    await shot.locator('body').press('t');
    await expect(shot.locator('.wl-ai').first()).toContainText(/AI 0\.\d\d/, { timeout: 120_000 });
    await shot.waitForTimeout(5000);
    await take.whole(shot, 'triage');
  } finally {
    await shot.context().close();
    await site.stop();
  }
});

test('a prior beside the study, and a lesion over time', async ({ browser }) => {
  test.setTimeout(180_000);
  writeSeries(join(folder, 'priors/earlier'), EARLIER);
  writeSeries(join(folder, 'priors/now'), NOW);
  const site = await startHost();
  const shot = await newWindow(browser, site, 'R. Reader');
  const mark = async (from: [number, number], to: [number, number]): Promise<void> => {
    for (let i = 0; i < 4; i += 1) await shot.keyboard.press('ArrowDown');
    await shot.waitForTimeout(800);
    await shot.keyboard.press('o');
    await dragImage(shot, from, to);
    await shot.getByLabel('Label').fill('Nodule');
    await shot.getByLabel('Impression').fill('A nodule of the right lung.');
    await expect(shot.getByTestId('save')).toHaveText('saved');
    await shot.keyboard.press('Escape');
    await shot.keyboard.press('Escape');
  };
  try {
    await importPaths(shot, [join(folder, 'priors')]);
    await shot.getByRole('button', { name: /^Dismiss/ }).click();
    await openStudy(shot, 'Earlier CT');
    await mark([137, 217], [163, 243]);
    await shot.keyboard.press('Control+Enter');
    await shot.getByRole('button', { name: 'Commit all the same' }).click();
    await expect(shot.getByRole('region', { name: 'My committed read', exact: true })).toBeVisible();
    await shot.locator('body').press('u');
    await openStudy(shot, 'Later CT');
    await mark([130, 210], [170, 250]);
    await shot.keyboard.press('j');
    const prior = shot.getByTestId('pane-prior');
    await expect(prior.locator('svg')).toBeVisible();
    // The level of the mark there.
    await shot.getByRole('button', { name: 'Linked' }).click();
    await prior.hover();
    await shot.mouse.wheel(0, 120);
    await expect(prior.locator('.mark')).toHaveCount(1);
    await shot.getByRole('button', { name: 'Linked' }).click();
    await take.whole(shot, 'prior-beside');
    await shot.keyboard.press('x');
    const course = shot.getByRole('dialog', { name: 'Change over time' });
    await course.getByRole('button', { name: 'Link', exact: true }).click();
    await expect(course.getByRole('img')).toBeVisible();
    await take.part(course, 'change-over-time');
  } finally {
    await shot.context().close();
    await site.stop();
  }
});

test('the response of lesions over three studies', async ({ browser }) => {
  test.setTimeout(240_000);
  writeCourse(join(folder, 'course'));
  const site = await startHost();
  const shot = await newWindow(browser, site, 'R. Reader');
  const readAt = async (at: 0 | 1 | 2): Promise<void> => {
    await openStudy(shot, COURSE[at].series.description);
    await markBoth(shot, COURSE[at]);
    if (at === 0) return;
    await linkBoth(shot);
    await course(shot).getByRole('tab', { name: 'Response (RECIST 1.1)' }).click();
    if (at === 1) await chooseBoth(shot);
    await stateNewLesions(shot, 'none');
    await expect(course(shot).getByRole('row', { name: 'Overall response' })).toContainText(
      at === 1 ? 'PR partial response' : 'PD progressive disease',
    );
  };
  try {
    await importPaths(shot, [join(folder, 'course')]);
    await shot.getByRole('button', { name: /^Dismiss/ }).click();
    await readAt(0);
    await commitCourse(shot, 'Metastases.');
    await shot.locator('body').press('u');
    await readAt(1);
    await shot.keyboard.press('Escape');
    await commitCourse(shot, 'Partial response.');
    await shot.locator('body').press('u');
    await readAt(2);
    await take.part(course(shot), 'response');
  } finally {
    await shot.context().close();
    await site.stop();
  }
});

test('the ledger of the models', async ({ browser }) => {
  test.setTimeout(180_000);
  const site = await startHost({
    prepare: (data) => fillLedger(data, 12_000),
    policy: { analysis: { background: false }, ledger: { site: 'Sample site' } },
  });
  try {
    const window = await newWindow(browser, site, 'Q. Quality');
    await window.locator('body').press('l');
    await expect(window.getByRole('region', { name: 'Figures' })).toContainText(
      'Tuberculosis by chest-adult',
    );
    await take.whole(window, 'ledger');
    await window.context().close();
  } finally {
    await site.stop();
  }
});
