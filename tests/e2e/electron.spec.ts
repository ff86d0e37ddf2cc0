import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, expect, test } from '@playwright/test';
import { electronBinary } from '../../scripts/lib/electron-binary.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const binary = electronBinary();
const bundle = join(ROOT, 'out', 'electron', 'main.js');

test('the Electron host opens its locked window', async () => {
  test.skip(binary === null, 'There is no Electron binary here.');
  test.skip(!existsSync(bundle), 'The processes are not built: npm run build.');
  const folder = mkdtempSync(join(tmpdir(), 'overread-electron-'));
  const app = await _electron.launch({
    executablePath: binary ?? '',
    args: [ROOT, '--data', join(folder, 'data'), ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    env: { ...process.env, OVERREAD_NO_SAMPLES: '1' },
  });
  try {
    const window = await app.firstWindow();
    expect(window.url()).toBe('app://overread/');
    const session = await window.evaluate(async () => (await fetch('/api/session')).json());
    expect(session).toMatchObject({ host: { kind: 'electron' } });
    const left = await window.evaluate(() =>
      fetch('https://example.com/').then(
        () => 'reached',
        () => 'blocked',
      ),
    );
    expect(left).toBe('blocked');
    expect(await window.evaluate(() => typeof (globalThis as { require?: unknown }).require)).toBe(
      'undefined',
    );
    // A write must get through: the guard lets a missing Origin pass, and refuses a foreign one.
    const made = await window.evaluate(async () => {
      const body = JSON.stringify({ name: 'Ada' });
      const headers = { 'content-type': 'application/json' };
      return (await fetch('/api/readers', { method: 'POST', body, headers })).status;
    });
    expect(made).toBe(200);
  } finally {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
