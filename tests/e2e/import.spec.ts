import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { encode } from 'fast-png';
import { type DicomElement, writePart10 } from '../../electron/dicom/write-part10.ts';
import { writeSeries } from './dicom-files.ts';
import { type Host, startHost } from './host.ts';
import { CHEST } from './phantoms.ts';
import { importPaths, judgeScreen, openStudy, openWindow } from './window.ts';

const STORAGE = '1.2.840.10008.5.1.4.1.1';

let host: Host;
let page: Page;
let folder: string;

test.describe.configure({ mode: 'serial' });

/** An object of the synthetic chest's study, without pixels. */
function beside(sop: string, sopClass: string, elements: readonly DicomElement[]): Uint8Array {
  return writePart10({
    sopClassUID: `${STORAGE}.${sopClass}`,
    sopInstanceUID: `${CHEST.root}.8.${sop}`,
    transferSyntaxUID: '1.2.840.10008.1.2.1',
    elements: [
      { tag: '00100010', vr: 'PN', value: CHEST.patientName },
      { tag: '00100020', vr: 'LO', value: CHEST.patientID },
      { tag: '0020000D', vr: 'UI', value: `${CHEST.root}.1` },
      { tag: '0020000E', vr: 'UI', value: `${CHEST.root}.8.${sop}` },
      ...elements,
    ],
  });
}

function dicomdir(files: readonly (readonly string[])[]): Uint8Array {
  return writePart10({
    sopClassUID: '1.2.840.10008.1.3.10',
    sopInstanceUID: '2.25.900099',
    transferSyntaxUID: '1.2.840.10008.1.2.1',
    elements: [
      {
        tag: '00041220',
        vr: 'SQ',
        value: files.map((file) => [
          { tag: '00041410', vr: 'US', value: 0xffff },
          { tag: '00041500', vr: 'CS', value: file },
        ]),
      },
    ],
  });
}

test.beforeAll(async ({ browser }) => {
  folder = mkdtempSync(join(tmpdir(), 'overread-disc-'));
  const images = join(folder, 'IMAGES');
  writeSeries(images, CHEST);
  const chest = readFileSync(join(images, '0001.dcm'));
  // The same UID, another age of the patient: another content.
  const again = Buffer.from(chest);
  again[again.length - 1] = (again[again.length - 1] as number) ^ 1;
  writeFileSync(join(images, '0002.dcm'), again);
  writeFileSync(join(images, '0003.dcm'), chest.subarray(0, chest.length - 5000));
  writeFileSync(
    join(images, 'REPORT'),
    beside('1', '88.65', [
      { tag: '00080060', vr: 'CS', value: 'SR' },
      { tag: '0008103E', vr: 'LO', value: 'CAD: opacity' },
    ]),
  );
  writeFileSync(
    join(images, 'PLAN'),
    beside('2', '9.1.1', [
      { tag: '00080060', vr: 'CS', value: 'ECG' },
      { tag: '0008103E', vr: 'LO', value: 'Resting ECG' },
    ]),
  );
  writeFileSync(
    join(folder, 'DICOMDIR'),
    dicomdir([
      ['IMAGES', '0001.dcm'],
      ['IMAGES', '0004.dcm'],
    ]),
  );
  writeFileSync(join(folder, 'AUTORUN.INF'), '[autorun]\nopen=viewer.exe\n'.repeat(8));
  writeFileSync(join(folder, 'VIEWER.EXE'), Buffer.alloc(4096, 0x90));
  writeFileSync(
    join(folder, 'photo.png'),
    encode({ width: 64, height: 64, data: new Uint8Array(4096).fill(80), channels: 1, depth: 8 }),
  );
  writeFileSync(join(folder, 'old.zip'), Buffer.from('PK\x03\x04cut short', 'latin1'));
  mkdirSync(join(folder, 'japan'));
  writeFileSync(
    join(folder, 'japan', '1'),
    writePart10({
      sopClassUID: `${STORAGE}.77.1.6`,
      sopInstanceUID: '2.25.900088.1',
      transferSyntaxUID: '1.2.840.10008.1.2.1',
      elements: [
        { tag: '00080005', vr: 'CS', value: 'ISO_IR 192' },
        { tag: '00080060', vr: 'CS', value: 'SM' },
        { tag: '00081030', vr: 'LO', value: 'Slide' },
        { tag: '00100010', vr: 'PN', value: 'Yamada^Tarou=山田^太郎=やまだ^たろう' },
        { tag: '00100020', vr: 'LO', value: 'SYN-0003' },
        { tag: '0020000D', vr: 'UI', value: '2.25.900088' },
        { tag: '0020000E', vr: 'UI', value: '2.25.900088.2' },
        { tag: '00280002', vr: 'US', value: 1 },
        { tag: '00280004', vr: 'CS', value: 'MONOCHROME2' },
        { tag: '00280008', vr: 'IS', value: 4 },
        { tag: '00280010', vr: 'US', value: 16 },
        { tag: '00280011', vr: 'US', value: 16 },
        { tag: '00280100', vr: 'US', value: 8 },
        { tag: '00280101', vr: 'US', value: 8 },
        { tag: '00280102', vr: 'US', value: 7 },
        { tag: '00280103', vr: 'US', value: 0 },
        { tag: '7FE00010', vr: 'OB', value: new Uint8Array(1024) },
      ],
    }),
  );
  host = await startHost();
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, acceptDownloads: true });
  page = await openWindow(context, host.url, 'R. Reader');
});

test.afterAll(async () => {
  await page.context().close();
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('the report of an import lists each refused file with code and reason, and what a disc lacks', async () => {
  await importPaths(page, [folder]);
  await page.getByRole('button', { name: 'Report' }).click();
  const dialog = page.getByRole('dialog');
  for (const code of [
    'dicomdir-missing',
    'truncated',
    'not-dicom',
    'plain-image-needs-facts',
    'zip-damaged',
  ]) {
    await expect(dialog.getByRole('cell', { name: code, exact: true }).first()).toBeVisible();
  }
  await expect(dialog).toContainText('1 file with a SOP Instance UID that another file has');
  await expect(dialog.getByRole('row', { name: 'DICOMDIR dicomdir' })).toHaveCount(0);
  await judgeScreen(page, 'import-report-disc');
  await page.keyboard.press('Escape');
});

test('refused files are listed, exported and tried again', async () => {
  await page.getByRole('button', { name: /Refused files/ }).click();
  const list = page.getByRole('region', { name: 'Refused files' });
  await expect(list).toContainText('VIEWER.EXE');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Report as CSV' }).click(),
  ]);
  const csv = readFileSync(await download.path(), 'utf8');
  expect(download.suggestedFilename()).toBe('refused-files.csv');
  expect(csv).toContain(`"${join(folder, 'VIEWER.EXE')}","not-dicom"`);
  await judgeScreen(page, 'refused-files');
  writeFileSync(
    join(folder, 'VIEWER.EXE'),
    beside('9', '9.1.1', [{ tag: '00080060', vr: 'CS', value: 'ECG' }]),
  );
  await page.getByRole('button', { name: 'Try them again' }).click();
  await expect(page.getByText('Try refused files again: 1 imported')).toBeVisible({ timeout: 30_000 });
  await expect(list).not.toContainText('VIEWER.EXE');
  await expect(list).toContainText('AUTORUN.INF');
});

test('a name is found and shown in all its groups', async () => {
  await page.getByRole('button', { name: 'All', exact: false }).first().click();
  for (const words of ['yamada', '山田', 'たろう']) {
    await page.getByPlaceholder('Patient, ID').fill(words);
    await expect(page.getByRole('row', { name: 'Yamada, Tarou' })).toContainText(
      '山田, 太郎 · やまだ, たろう',
    );
    await expect(page.getByRole('row')).toHaveCount(2);
  }
  await judgeScreen(page, 'worklist-names');
  await page.getByPlaceholder('Patient, ID').fill('');
});

test('a slide is listed as a slide, never as a stack of tiles', async () => {
  await page.getByRole('row', { name: 'Yamada, Tarou' }).dblclick();
  await expect(page.getByRole('navigation', { name: 'Series' })).toContainText('Slide: no viewer yet');
  await expect(page.getByText('Nothing here can be drawn')).toBeVisible();
  await page.getByRole('button', { name: 'Back to the worklist' }).click();
});

test('the reader sees that one UID was used twice, and only that something may contain AI', async () => {
  await openStudy(page, 'SYNTHETIC, Chest');
  const series = page.getByRole('navigation', { name: 'Series' });
  await expect(series).toContainText('2 images');
  await expect(series).toContainText('1 object with a UID used twice');
  await expect(series).toContainText('withheld: may contain AI');
  await expect(series).toContainText('Resting ECG');
  await expect(series).not.toContainText('CAD');
  // Of the two images one is the copy, and says so on the image itself.
  const overlay = page.locator('.overlay');
  const first = (await overlay.textContent()) ?? '';
  await page.keyboard.press('ArrowDown');
  await expect(page.getByTestId('pane')).toHaveAttribute('data-shown', '1');
  const second = (await overlay.textContent()) ?? '';
  const words = 'another content under one UID';
  expect([first, second].filter((text) => text.includes(words))).toHaveLength(1);
  const notices = page.getByRole('region', { name: 'Notices' });
  await expect(notices).toContainText('Files with one SOP Instance UID and different content');
  await expect(notices).toContainText('withheld until you have committed your read');
  await page.getByRole('button', { name: 'State its origin …' }).click();
  await judgeScreen(page, 'reading-notices');
  // What says of itself that an algorithm made it stays withheld, whatever a person states.
  await page.getByRole('button', { name: 'Not from an algorithm: show them' }).click();
  await expect(page.getByRole('button', { name: 'Not from an algorithm: show them' })).toHaveCount(0);
  await expect(series).toContainText('withheld: may contain AI');
});
