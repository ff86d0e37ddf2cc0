/**
 * What must be there before the product starts or is tested, beyond the dependencies: something that shows its window, and
 * the built page. Called by bootstrap.mjs on Node 24.
 *
 *   node scripts/prepare.ts [--for start|test]
 */
import { parseArgs } from 'node:util';
import { findBrowser } from '../electron/hosts/browser/find-browser.ts';
import { hasDisplay } from '../electron/hosts/browser/open-window.ts';
import { buildBundles, buildRenderer } from './lib/builds.ts';
import { electronBinary, tryElectronDownload } from './lib/electron-binary.ts';
import { installChromium } from './lib/install-chromium.ts';

const say = (line: string): void => console.error(`overread: ${line}`);

const { values } = parseArgs({ options: { for: { type: 'string', default: 'test' } } });

/** Electron where it can be had, else an installed browser, else Debian's. Without any, the product still serves its page. */
async function ensureWindow(): Promise<void> {
  if (values.for === 'start') {
    if (electronBinary() !== null) return;
    if (hasDisplay() && (await tryElectronDownload(say)) !== null) return;
  }
  if (findBrowser() !== null) return;
  if (await installChromium(say)) return;
  say(
    'No browser is here: install Chrome, Edge or Chromium (Debian: apt-get install chromium), then start again.',
  );
}

await ensureWindow();
await buildRenderer(say);
if (values.for === 'start' && electronBinary() !== null && hasDisplay()) await buildBundles(say);
