import { defineConfig } from '@playwright/test';
import { findBrowser } from './electron/hosts/browser/find-browser.ts';

const browser = findBrowser();

/** End to end in an installed browser (Debian's Chromium on build machines). Screenshots are kept as artefacts. */
export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'artefacts/e2e',
  // Two cores are what build machines have: without traces and without OpenGL in software one test leaves half of them idle.
  workers: 3,
  fullyParallel: false,
  retries: 0,
  timeout: 60_000,
  // A build machine that is busy is no fault of the window.
  expect: { timeout: 10_000 },
  reporter: 'list',
  use: {
    headless: true,
    viewport: { width: 1600, height: 1000 },
    screenshot: 'only-on-failure',
    // A trace costs a fifth of the time of every test: it is asked for where a failure is looked into.
    trace: process.env['OVERREAD_TRACE'] === '1' ? 'retain-on-failure' : 'off',
    launchOptions: {
      ...(browser === null ? {} : { executablePath: browser }),
      args: [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        // WebGL without a GPU; the pages themselves are then drawn without OpenGL, in half the time that ANGLE on SwiftShader takes.
        '--enable-unsafe-swiftshader',
      ],
    },
  },
});
