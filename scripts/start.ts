import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hasDisplay } from '../electron/hosts/browser/open-window.ts';
import { electronBinary } from './lib/electron-binary.ts';
import { ROOT } from './lib/root.ts';
import { run } from './lib/run.ts';

const electron = electronBinary();
const bundle = join(ROOT, 'out', 'electron', 'main.js');

if (electron !== null && hasDisplay() && existsSync(bundle) && !process.argv.includes('--no-open')) {
  // As root Chromium cannot use its sandbox; nobody else goes without it.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  process.exitCode = await run(electron, [ROOT, ...sandbox, ...process.argv.slice(2)]);
} else {
  await import('../electron/hosts/browser/main.ts');
}
