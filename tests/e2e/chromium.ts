import { execFileSync } from 'node:child_process';
import type { LaunchOptions } from '@playwright/test';
import { drawsInSoftware } from '../../electron/hosts/browser/open-window.ts';

/** The installed browser; undefined where there is none (then Playwright's own is tried). */
function installed(): string | undefined {
  for (const name of [
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
    'microsoft-edge',
  ]) {
    try {
      return execFileSync('which', [name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    } catch {
      // `which` fails where the name is not on PATH: the next one is tried.
    }
  }
  return undefined;
}

/** How every browser test starts its browser: offline, WebGL in software so that both renderers can be checked. */
export function launchOptions(): LaunchOptions {
  const executablePath = installed();
  return {
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // As the product's own window does on a machine without a graphics device.
      ...(drawsInSoftware() ? ['--disable-accelerated-2d-canvas'] : []),
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      // Greys as they are, whatever the screen's profile.
      '--force-color-profile=srgb',
    ],
  };
}
