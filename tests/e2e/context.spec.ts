import { expect, type Page, test } from '@playwright/test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSeries } from './dicom-files.ts';
import { type Host, startHost } from './host.ts';
import { CHEST } from './phantoms.ts';
import { judgeScreen, openStudy, openWindow } from './window.ts';

const TEXT =
  '54 y F, cough for 3 days, ?pneumonia. PMH: breast cancer, mastectomy. On warfarin. No chest pain. Mother had tuberculosis.';

let host: Host;
let page: Page;
let folder: string;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser }) => {
  folder = mkdtempSync(join(tmpdir(), 'overread-context-'));
  writeSeries(folder, CHEST);
  host = await startHost();
  page = await openWindow(await browser.newContext(), host.url, 'R. Reader');
  await page.getByRole('button', { name: 'Import …' }).first().click();
  await page.getByLabel('Files, folders or ZIPs').fill(folder);
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await openStudy(page, 'SYNTHETIC, Chest');
});

test.afterAll(async () => {
  await page.context().close();
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

const context = () => page.getByRole('region', { name: 'Clinical context' });
const entity = (words: string) => context().locator('.context-entity').filter({ hasText: words });

test('a request is pasted beside a blind read, and what it speaks of stands out', async () => {
  await context().getByRole('button', { name: 'Add …' }).click();
  await context().getByLabel('Request, history or prior report').fill(TEXT);
  await context().getByRole('button', { name: 'Keep' }).click();
  await expect(entity('pneumonia')).toHaveAttribute('title', 'disease or complaint, doubted');
  await expect(entity('mastectomy')).toHaveAttribute('title', 'procedure, of the past');
  await expect(entity('warfarin')).toHaveAttribute('title', 'medication');
  await expect(entity('chest pain')).toHaveAttribute('title', 'disease or complaint, denied');
  await expect(entity('tuberculosis')).toHaveAttribute('title', /of a relative/);
  await judgeScreen(page, 'clinical-context');
});

const HEADER = 'MSH|^~\\&|RIS|HOSPITAL|||202403011140||ORU^R01|R-1|P|2.5';
const report = (patient: string, line: string, day = '20240301'): string =>
  `${HEADER}\n${patient}\nOBR|1||F-1|CT^CT chest|||${day}|||||||||||||||${day}|||F\nOBX|1|TX|CT^CT chest||${line}||||||F`;
const PATIENT = 'PID|1||SYN-0001^^^H||SYNTHETIC^Chest||19720304|F';

test('a pasted HL7 report is recognised, and says where it is from', async () => {
  await context().getByRole('button', { name: 'Add …' }).click();
  const field = context().getByLabel('Request, history or prior report');
  await field.fill(report(PATIENT, 'IMPRESSION:\\.br\\No pneumothorax. Emphysema.'));
  await expect(context().getByText('An HL7 message:')).toBeVisible();
  await context().getByRole('button', { name: 'Keep' }).click();
  await expect(
    context().getByRole('heading', { name: 'Report of 2024-03-01: CT chest (final)' }),
  ).toBeVisible();
  await expect(context().getByText('ORU^R01 of 2024-03-01 11:40 from RIS, HOSPITAL')).toBeVisible();
  await expect(entity('pneumothorax')).toHaveAttribute('title', 'finding, denied');
  await judgeScreen(page, 'context-message');
});

test('a dropped file of messages is taken as it is; one of another patient is refused by the name of the field', async () => {
  await context().getByRole('button', { name: 'Add …' }).click();
  const chooser = context().locator('input[type=file]');
  const other = report('PID|1||SYN-9999^^^H||OTHER^Person||19800101|M', 'Fracture.');
  await chooser.setInputFiles({ name: 'r.hl7', mimeType: 'text/plain', buffer: Buffer.from(other) });
  await expect(context().getByRole('alert')).toContainText('PID-3');
  await expect(context().getByRole('alert')).not.toContainText('SYN-9999');
  const latin1 = report(PATIENT, 'Narbe, 6 mm \xd8.', '20230105').replace('|P|2.5', '|P|2.5||||||8859/1');
  await context()
    .locator('form')
    .evaluate(
      (form, bytes) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([Uint8Array.from(bytes)], 'latin1.hl7'));
        form.dispatchEvent(
          new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }),
        );
      },
      [...Buffer.from(latin1, 'latin1')],
    );
  await expect(context().getByText('Narbe, 6 mm Ø.')).toBeVisible();
  await context().getByRole('button', { name: 'Remove Report of 2023-01-05: CT chest (final)' }).click();
  await expect(context().getByText('Narbe')).toHaveCount(0);
});

test('a report of the study itself is not taken before the commit', async () => {
  await context().getByRole('button', { name: 'Add …' }).click();
  const field = context().getByLabel('Request, history or prior report');
  await field.fill(report(PATIENT, 'Pneumonia.', '20261120'));
  await context().getByRole('button', { name: 'Keep' }).click();
  await expect(context().getByRole('alert')).toContainText('once you have committed');
  await context().getByRole('button', { name: 'Cancel' }).click();
});

test('it is there after the commit too, and goes on request', async () => {
  await page.getByLabel('Impression').fill('Pneumonia suspected.');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('region', { name: 'Differences' })).toBeVisible({ timeout: 30_000 });
  await expect(entity('warfarin')).toBeVisible();
  await context().getByRole('button', { name: 'Remove Request' }).click();
  await expect(entity('warfarin')).toHaveCount(0);
});
