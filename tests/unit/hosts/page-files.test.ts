import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pageFiles } from '../../../electron/hosts/shared/page-files.ts';

describe('files of the page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'overread-page-'));
  const root = join(folder, 'renderer');
  const page = pageFiles(root);

  beforeAll(() => {
    mkdirSync(join(root, 'assets'), { recursive: true });
    writeFileSync(join(root, 'index.html'), '<!doctype html>');
    writeFileSync(join(root, 'assets', 'main.js'), 'void 0');
    writeFileSync(join(folder, 'secret.json'), '{}');
    writeFileSync(join(folder, 'renderer-secret.js'), '1');
    symlinkSync(join(folder, 'secret.json'), join(root, 'link.json'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('gives index.html for the root and for addresses inside the page', async () => {
    for (const path of ['/', '/studies', '/studies/1/read']) {
      expect((await page(path))?.contentType).toBe('text/html; charset=utf-8');
    }
  });

  test('gives a file with its type', async () => {
    const file = await page('/assets/main.js');
    expect(file?.contentType).toBe('text/javascript; charset=utf-8');
    expect(Buffer.from(file?.bytes ?? []).toString()).toBe('void 0');
  });

  test.each([
    '/../secret.json',
    '/%2e%2e/secret.json',
    '/..%2fsecret.json',
    '/assets/..%5c..%5csecret.json',
    '/..\\secret.json',
    '/link.json',
    '/../renderer-secret.js',
    '/assets/main.js%00.json',
    '/%zz.js',
    '//etc/passwd.json',
    '/assets',
    '/missing.js',
    '/index.html/x.js',
  ])('gives nothing outside the folder, and nothing that is not there: %s', async (path) => {
    const file = await page(path);
    // '/assets' is an address inside the page, not a listing.
    expect(file === null || Buffer.from(file.bytes).toString() === '<!doctype html>').toBe(true);
  });
});
