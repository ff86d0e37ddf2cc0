import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.ts';
import { run, runTool } from './run.ts';
import { unlessFresh } from './stamp.ts';

const PAGE_SOURCES = [
  'renderer',
  'electron/shared',
  'electron/domain',
  'resources/icons',
  'vite.config.ts',
  'package-lock.json',
];
const BUNDLE_SOURCES = ['electron', 'resources', 'scripts/build-bundles.ts', 'package-lock.json'];

/** Builds the page into dist/renderer where its sources changed. */
export async function buildRenderer(say: (line: string) => void): Promise<void> {
  if (!existsSync(join(ROOT, 'renderer', 'index.html'))) return;
  await unlessFresh('renderer', PAGE_SOURCES, 'dist/renderer/index.html', async () => {
    say('building the page …');
    const code = await runTool('vite/bin/vite.js', ['build', '--logLevel', 'warn']);
    if (code !== 0) throw new Error('The page could not be built.');
  });
}

/** Bundles the processes of Electron into out/electron where their sources changed. */
export async function buildBundles(say: (line: string) => void): Promise<void> {
  await unlessFresh('bundles', BUNDLE_SOURCES, 'out/electron/main.js', async () => {
    say('building the processes …');
    const code = await run(process.execPath, [join(ROOT, 'scripts', 'build-bundles.ts')]);
    if (code !== 0) throw new Error('The processes could not be built.');
  });
}
