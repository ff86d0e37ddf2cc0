import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../../electron/store/open-store.ts';
import { dicom } from '../services/import-parts.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const ENTRY = join(import.meta.dirname, '..', '..', '..', 'electron', 'hosts', 'browser', 'main.ts');

describe('the browser host as a process', () => {
  let folder: string;
  let child: ChildProcess;
  let said = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'overread-serve-'));
    said = '';
  });
  afterEach(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  });

  function start(args: readonly string[], env: NodeJS.ProcessEnv): void {
    const data = join(folder, 'data');
    child = spawn(process.execPath, [ENTRY, '--data', data, ...args], {
      env: { PATH: process.env['PATH'], HOME: folder, OVERREAD_NO_SAMPLES: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  }

  async function until(what: () => boolean): Promise<void> {
    for (let attempt = 0; attempt < 1200 && !what(); attempt++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(what(), said).toBe(true);
  }

  test('prints the address where there is no display, and goes on until it is told to stop', async () => {
    start([], {});
    await until(() => said.includes('http://127.0.0.1:'));
    expect(said).toContain('no display');
    const url = /http:\/\/\S+/.exec(said)?.[0] ?? '';
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(303);
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(code).toBe(0);
  });

  test.skipIf(process.platform === 'win32')('ends when its window is closed', async () => {
    // A browser that notes how it was started and is closed by a file.
    const browser = join(folder, 'browser.sh');
    const note = join(folder, 'args');
    const closed = join(folder, 'close');
    const script = `#!/bin/sh\necho "$@" > '${note}'\nwhile [ ! -e '${closed}' ]; do sleep 0.1; done\n`;
    writeFileSync(browser, script);
    chmodSync(browser, 0o755);
    start([], { DISPLAY: ':99', OVERREAD_BROWSER: browser });
    const noted = (): string => {
      try {
        return readFileSync(note, 'utf8');
      } catch {
        // Not started yet.
        return '';
      }
    };
    await until(() => noted().includes('--app=http://127.0.0.1:'));
    expect(noted()).toContain(`--user-data-dir=${join(folder, 'data', 'browser')}`);
    const exit = once(child, 'exit') as Promise<[number | null]>;
    writeFileSync(closed, '');
    expect((await exit)[0]).toBe(0);
  });

  test('refuses a second window on one data folder', async () => {
    start(['--no-open'], {});
    await until(() => said.includes('http://127.0.0.1:'));
    const first = child;
    start(['--no-open'], {});
    const second = child;
    const [code] = (await once(second, 'exit')) as [number | null];
    expect(code).toBe(3);
    expect(said).toContain('already open');
    first.kill('SIGTERM');
    await once(first, 'exit');
  });

  test('imports what appears in a watched folder, and goes on after it was killed', async () => {
    const inbox = join(folder, 'inbox');
    const data = join(folder, 'data');
    mkdirSync(inbox);
    start(['--no-open', '--watch', inbox], {});
    await until(() => said.includes('http://127.0.0.1:'));
    const store = openStore({ directory: data });
    try {
      const instances = (): number =>
        store.studies.list({ limit: 9, offset: 0, readerId: null }).rows[0]?.instances ?? 0;
      writeFileSync(join(inbox, 'a.dcm'), dicom('1.1'));
      writeFileSync(join(inbox, 'letter.txt'), 'dear colleague '.repeat(20));
      await until(() => instances() === 1 && store.watched.all().length === 2);
      expect(store.refusals.all().map(({ code }) => code)).toEqual(['not-dicom']);
      child.kill('SIGKILL');
      await once(child, 'exit');
      writeFileSync(join(inbox, 'b.dcm'), dicom('1.2'));
      said = '';
      start(['--no-open', '--watch', inbox], {});
      await until(() => instances() === 2);
      expect(readdirSync(inbox).toSorted()).toEqual(['a.dcm', 'b.dcm', 'letter.txt']);
      // What was refused before was not tried again by the restart.
      expect(store.refusals.all()).toHaveLength(1);
    } finally {
      store.close();
    }
  }, 90_000);

  test('does not start where a watched folder is missing, and says which', async () => {
    start(['--no-open', '--watch', join(folder, 'nowhere')], {});
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(code).toBe(1);
    expect(said).toContain(`There is no folder to watch at ${join(folder, 'nowhere')}`);
  });
});
