import { existsSync } from 'node:fs';
import { findBrowser } from '../../electron/hosts/browser/find-browser.ts';
import { run } from './run.ts';

/** On Debian and its kin, as root: installs Chromium, each command printed before it runs. Gives whether a browser is there then. */
export async function installChromium(say: (line: string) => void): Promise<boolean> {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    say(`no browser is here; running: apt-get ${args.join(' ')}`);
    if ((await run('apt-get', args, { env })) !== 0) return false;
  }
  return findBrowser() !== null;
}
