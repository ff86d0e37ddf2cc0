import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { studyUID } from './dicom-files.ts';
import { type Host, startHost } from './host.ts';
import {
  chooseBoth,
  commitCourse,
  COURSE,
  course,
  LESIONS,
  linkBoth,
  markBoth,
  mm,
  stateNewLesions,
  writeCourse,
} from './response-course.ts';
import { importPaths, judgeScreen, openWindow } from './window.ts';

let host: Host;
let page: Page;
let folder: string;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser }) => {
  folder = mkdtempSync(join(tmpdir(), 'overread-response-'));
  writeCourse(folder);
  host = await startHost();
  page = await openWindow(await browser.newContext(), host.url, 'O. Oncology');
  await importPaths(page, [folder]);
  await page.getByRole('button', { name: /^Dismiss/ }).click();
});

test.afterAll(async () => {
  await page.context().close();
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function open(at: 0 | 1 | 2): Promise<void> {
  // A picture may have left it smaller: marks of a few pixels need their room.
  await page.setViewportSize({ width: 1600, height: 1000 });
  await page.evaluate(() => {
    window.location.hash = '#/';
  });
  await page.getByRole('row', { name: COURSE[at].series.description }).dblclick();
  await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', /\d/);
}

const table = () => course(page).getByRole('region', { name: 'Response by RECIST 1.1' });
const row = (name: string) => table().getByRole('row', { name, exact: false });

test('the baseline is read and committed', async () => {
  test.slow();
  await open(0);
  await markBoth(page, COURSE[0]);
  await commitCourse(page, 'Metastases.');
});

test('the reader chooses targets by keyboard; what breaks a rule is refused with its source', async () => {
  test.slow();
  await open(1);
  await markBoth(page, COURSE[1]);
  await linkBoth(page);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Alt+x');
  const tab = course(page).getByRole('tab', { name: 'Response (RECIST 1.1)' });
  await expect(tab).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(course(page).getByRole('tab', { name: 'Lesions' })).toBeFocused();
  await page.keyboard.press('ArrowRight');
  const form = course(page).getByRole('form', { name: 'Choose the lesions' });
  await expect(form).toContainText('2026-01-10 · CT before treatment');
  await form.getByLabel('1 Left lung mass: followed as').selectOption('target lesion');
  await form.getByLabel('2 Right lung nodule: followed as').selectOption('target lesion');
  await form.getByLabel('2 Right lung nodule: kind').selectOption('lymph node, by short axis');
  await form.getByRole('button', { name: 'Record the choice' }).click();
  await expect(course(page).getByRole('alert')).toContainText(
    'Name the organ of each target lesion: at most two are counted in one. (RECIST 1.1, Eisenhauer 2009, section 4.2.)',
  );
  await judgeScreen(page, 'response-refused');
  await form.getByLabel('2 Right lung nodule: kind').selectOption('by long axis');
  await chooseBoth(page);
  await expect(row('Overall response')).toContainText('NE not evaluable');
  await expect(row('Overall response')).toContainText('whether there are new lesions was not stated');
});

test('a first follow-up of known size: partial response, with the rule in words', async () => {
  await stateNewLesions(page, 'none');
  await expect(row('Left lung mass')).toContainText(mm(60));
  await expect(row('Left lung mass')).toContainText(mm(36));
  await expect(row('Sum of diameters')).toContainText('63.0 mm');
  await expect(row('Sum of diameters')).toContainText('39.2 mm');
  await expect(row('Change from baseline')).toContainText('−37.8 %');
  await expect(row('Change from nadir')).toContainText('−37.8 %, −23.8 mm');
  await expect(row('Overall response')).toContainText('PR partial response');
  await expect(row('Overall response')).toContainText('no non-target lesion progresses, and nothing is new');
  await expect(course(page).getByText('can be saved as CSV after the commit')).toBeVisible();
  // Taken back, and stated again.
  await course(page).getByRole('button', { name: 'Take back: new lesions none' }).dblclick();
  await expect(row('Overall response')).toContainText('NE not evaluable');
  await stateNewLesions(page, 'none');
  await expect(row('Overall response')).toContainText('PR partial response');
  await expect(course(page).getByRole('alert')).toHaveCount(0);
  // What is worked out is of what stands on the screen, also a moment after a change.
  for (const [size, said] of [
    ['5', '5.0 mm'],
    ['', `${mm(COURSE[1].pixels.mass)} mm`],
  ] as const) {
    await page.keyboard.press('Escape');
    if ((await page.getByLabel('Longest diameter, mm').count()) === 0)
      await page.locator('[data-finding] .finding__line').first().click();
    await page.getByLabel('Longest diameter, mm').fill(size);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Alt+x');
    await expect(row(LESIONS.mass).getByRole('cell').last()).toContainText(said);
  }
  await page.keyboard.press('Escape');
  await commitCourse(page, 'Partial response.');
});

test('a second one: progression over the nadir though still smaller than at baseline; plot and table say the same', async () => {
  test.slow();
  await open(2);
  await markBoth(page, COURSE[2]);
  await linkBoth(page);
  await course(page).getByRole('tab', { name: 'Response (RECIST 1.1)' }).click();
  await stateNewLesions(page, 'equivocal');
  await expect(row('Sum of diameters')).toContainText('49.0 mm');
  await expect(row('Change from baseline')).toContainText('−22.2 %');
  await expect(row('Change from nadir')).toContainText('+25.0 %, +9.8 mm');
  await expect(row('Overall response')).toContainText('PD progressive disease');
  await expect(row('Overall response')).toContainText(
    '9.8 mm more than the least sum before (39.2 mm): at least 20 % and 5 mm',
  );
  await expect(course(page).getByRole('img')).toHaveAccessibleName(
    /2026-01-10 63\.0 mm \(baseline\); 2026-04-02 39\.2 mm PR; 2026-07-03 49\.0 mm PD\. Nadir 39\.2 mm on 2026-04-02\. Partial response at 44\.1 mm and below, progression at 47\.0 mm and above/,
  );
  await judgeScreen(page, 'response');
  await course(page).getByRole('button', { name: 'Add to the impression' }).click();
  await page.keyboard.press('Escape');
  await expect(page.getByLabel('Impression')).toHaveValue(/overall PD \(progressive disease\)/);
});

test('after the commit a change needs a reason, the table is a CSV, and the report has its lines', async () => {
  await commitCourse(page, 'Progression.');
  await page.keyboard.press('Alt+x');
  await stateNewLesions(page, 'none');
  await expect(course(page).getByRole('alert')).toContainText('say why the statement changes now');
  await course(page)
    .getByLabel(/Reason for a change/)
    .fill('It was an artefact.');
  await stateNewLesions(page, 'none');
  await expect(course(page).getByRole('region', { name: 'Stated in this study' })).toContainText(
    'after the commit: It was an artefact.',
  );
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    course(page).getByRole('link', { name: 'Save the table as CSV' }).click(),
  ]);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  const csv = Buffer.concat(chunks).toString();
  expect(csv).toContain('"course","overall","","response","","","PR","PD"');
  await judgeScreen(page, 'response-committed');
  await page.keyboard.press('Escape');
  const report = await page.evaluate(
    async (uid) => (await fetch(`/api/studies/${uid}/report`)).text(),
    studyUID(COURSE[2].series),
  );
  expect(report).toContain('Sum of diameters 49.0 mm; baseline of 2026-01-10 63.0 mm (−22.2 %)');
});
