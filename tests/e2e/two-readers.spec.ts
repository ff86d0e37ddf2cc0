import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { writeSeries } from './dicom-files.ts';
import { startHost } from './host.ts';
import { CHEST } from './phantoms.ts';
import { dragImage, importPaths, openStudy, openWindow } from './window.ts';

const SECRETS = ['First sees this', 'first label', 'A. First'];

test('two readers on one study: blind to each other until both have committed, then side by side, each read as it was', async ({
  browser,
}) => {
  test.slow();
  const folder = mkdtempSync(join(tmpdir(), 'overread-two-'));
  writeSeries(join(folder, 'chest'), CHEST);
  const host = await startHost();
  const first = { page: await openWindow(await browser.newContext(), host.url, 'A. First') };
  try {
    await importPaths(first.page, [folder]);
    await openStudy(first.page, 'SYNTHETIC, Chest');
    await first.page.keyboard.press('f');
    await dragImage(first.page, [200, 262], [282, 340]);
    await first.page.getByLabel('Label').fill('first label');
    await first.page.getByLabel('Impression').fill('First sees this.');
    await expect(first.page.getByTestId('save')).toHaveText('saved');

    // The second sits down at the same workstation while the first is in the middle of it.
    const second = await first.page.context().newPage();
    const told: string[] = [];
    await second.goto(new URL(host.url).origin);
    await second.getByRole('button', { name: 'Reader A. First: change' }).click();
    await second.getByLabel('New reader').fill('B. Second');
    await second.keyboard.press('Enter');
    await expect(second.getByRole('row', { name: 'SYNTHETIC, Chest' })).toContainText('new');
    second.on('response', (response) => {
      // Who has a profile here is told to everybody; pixels tell nothing in words.
      if (/\/api\/(session|frames|series)/.test(response.url())) return;
      void response.text().then(
        (text) => told.push(text),
        () => undefined,
      );
    });
    await second.getByRole('row', { name: 'SYNTHETIC, Chest' }).dblclick();
    await second.getByRole('button', { name: 'Read beside them' }).click();
    await expect(second.getByTestId('pane')).toHaveAttribute('data-shown', '0');
    await expect(second.getByLabel('Impression')).toHaveValue('');
    await expect(second.locator('.mark')).toHaveCount(0);

    // The first goes on and commits; the second's screen, worklist and answers stay as they were.
    const question = first.page.getByRole('dialog', { name: 'Another reader in another window' });
    await question.getByRole('button', { name: 'Read on as A. First' }).click();
    // While it asks, keys are not for what lies behind it.
    await expect(question).toHaveCount(0);
    await first.page.keyboard.press('Control+Enter');
    await expect(first.page.getByRole('region', { name: 'My committed read', exact: true })).toContainText(
      'First sees this',
    );
    await expect(first.page.getByRole('region', { name: 'Reads of others' })).toHaveCount(0);

    const back = second.getByRole('dialog', { name: 'Another reader in another window' });
    await back.getByRole('button', { name: 'Read on as B. Second' }).click();
    await expect(back).toHaveCount(0);
    await expect(second.getByLabel('Impression')).toHaveValue('');
    await second.waitForTimeout(1500);
    for (const secret of SECRETS) {
      expect(told.join('\n'), `told before the own commit: ${secret}`).not.toContain(secret);
      expect(await second.locator('main').innerText()).not.toContain(secret);
    }
    await expect(second.getByText(/score|attention|committed/i)).toHaveCount(0);
    await second.keyboard.press('o');
    await dragImage(second, [205, 265], [280, 338]);
    await second.getByLabel('Label').fill('second label');
    await second.getByLabel('Impression').fill('Second sees that.');
    await second.keyboard.press('Control+Enter');
    await expect(second.getByRole('region', { name: 'My committed read', exact: true })).toContainText(
      'Second sees that.',
    );

    // Now each has the other's beside the own, and both reads are as they were committed.
    const others = second.getByRole('region', { name: 'Reads of others' });
    await expect(others).toContainText('A. First');
    await expect(others).toContainText('First sees this.');
    await expect(others.locator('[data-pair="mine"]')).toContainText('second label');
    await expect(others.locator('[data-pair="theirs"]')).toContainText('first label');
    await second.close();
    await first.page.reload();
    await first.page
      .getByRole('button', { name: /Read on as A. First/ })
      .click({ timeout: 3000 })
      .catch(() => undefined);
    if ((await first.page.getByRole('button', { name: 'Reader B. Second: change' }).count()) > 0) {
      await first.page.getByRole('button', { name: 'Reader B. Second: change' }).click();
      await first.page.getByRole('button', { name: 'A. First' }).click();
    }
    const mine = first.page.getByRole('region', { name: 'My committed read', exact: true });
    await expect(mine).toContainText('First sees this.');
    await expect(first.page.getByRole('region', { name: 'Reads of others' })).toContainText(
      'Second sees that.',
    );
  } finally {
    await first.page.context().close();
    await host.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
