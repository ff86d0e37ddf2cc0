import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.ts';
import { runTool } from './run.ts';

/** How long a download of Electron may take before an installed browser is used instead. */
export const DOWNLOAD_SECONDS = 20;

const PACKAGE = join(ROOT, 'node_modules', 'electron');

/** The Electron binary of this checkout, or the one that OVERREAD_ELECTRON names; null where there is none. */
export function electronBinary(): string | null {
  const named = process.env['OVERREAD_ELECTRON'];
  if (named !== undefined && existsSync(named)) return named;
  const pathFile = join(PACKAGE, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const binary = join(PACKAGE, 'dist', readFileSync(pathFile, 'utf8'));
  return existsSync(binary) ? binary : null;
}

/**
 * Tries once for each version to download the binary. Not on build machines (CI) and not where OVERREAD_OFFLINE is
 * set. What was tried in vain is remembered, so that later starts are quick.
 */
export async function tryElectronDownload(say: (line: string) => void): Promise<string | null> {
  if ((process.env['CI'] ?? '') !== '' || (process.env['OVERREAD_OFFLINE'] ?? '') !== '') return null;
  const manifest: unknown = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest
      ? String(manifest.version)
      : '';
  const tried = join(ROOT, '.cache', 'electron-tried', version);
  if (existsSync(tried)) return null;
  say(`Electron ${version} is not here yet: trying its download for at most ${DOWNLOAD_SECONDS} s …`);
  const code = await runTool('electron/install.js', [], { timeoutMs: DOWNLOAD_SECONDS * 1000 });
  const binary = code === 0 ? electronBinary() : null;
  if (binary === null) {
    mkdirSync(join(ROOT, '.cache', 'electron-tried'), { recursive: true });
    writeFileSync(tried, '');
    say(
      'It cannot be had now: an installed browser shows the window instead (delete .cache/electron-tried to try again).',
    );
  }
  return binary;
}
