import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findBrowser } from '../../../electron/hosts/browser/find-browser.ts';
import { hasDisplay, windowFlags } from '../../../electron/hosts/browser/open-window.ts';

describe('the browser that shows the window', () => {
  const folder = mkdtempSync(join(tmpdir(), 'overread-browser-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const put = (name: string, mode: number): string => {
    const path = join(folder, name);
    writeFileSync(path, '');
    chmodSync(path, mode);
    return path;
  };

  test.skipIf(process.platform === 'win32')('is an installed one; what cannot be run is passed over', () => {
    expect(findBrowser({ PATH: folder }, 'linux')).toBeNull();
    put('google-chrome', 0o644);
    const chromium = put('chromium', 0o755);
    expect(findBrowser({ PATH: folder }, 'linux')).toBe(chromium);
    const named = put('another', 0o755);
    expect(findBrowser({ PATH: folder, OVERREAD_BROWSER: named }, 'linux')).toBe(named);
  });

  test('goes without its sandbox for uid 0 alone', () => {
    const flags = (uid: number | undefined): string[] => windowFlags('http://x/', '/profile', uid);
    expect(flags(0)).toContain('--no-sandbox');
    expect(flags(1000)).not.toContain('--no-sandbox');
    expect(flags(undefined)).not.toContain('--no-sandbox');
    expect(flags(1000)).toContain('--user-data-dir=/profile');
  });

  test('draws canvases on the CPU where there is no graphics device', () => {
    const flag = '--disable-accelerated-2d-canvas';
    expect(windowFlags('http://x/', '/profile', 1000, true)).toContain(flag);
    expect(windowFlags('http://x/', '/profile', 1000, false)).not.toContain(flag);
  });

  test('needs a display on Linux', () => {
    expect(hasDisplay({}, 'linux')).toBe(false);
    expect(hasDisplay({ DISPLAY: '' }, 'linux')).toBe(false);
    expect(hasDisplay({ DISPLAY: ':0' }, 'linux')).toBe(true);
    expect(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBe(true);
    expect(hasDisplay({}, 'darwin')).toBe(true);
  });
});
