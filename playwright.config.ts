import { defineConfig } from '@playwright/test';
import { findBrowser } from './electron/hosts/browser/find-browser.ts';

const browser = findBrowser();

/** End to end in an installed browser (Debian's Chromium on build machines). Screenshots are kept as artefacts. */
export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'artefacts/e2e',
  // The tests share two cores with a server and a browser each: one after the other is quicker than together.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  timeout: 60_000,
  reporter: 'list',
  use: {
    headless: true,
    viewport: { width: 1600, height: 1000 },
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      ...(browser === null ? {} : { executablePath: browser }),
      args: [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--use-angle=swiftshader',
        '--enable-unsafe-swiftshader',
      ],
    },
  },
});
