import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';

export interface BrowserWindow {
  readonly pid: number | undefined;
  /** Resolves when the browser's process has ended: the person closed the window. */
  readonly closed: Promise<void>;
  close(): void;
}

/** A display that a window can be put on. */
export function hasDisplay(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): boolean {
  if (platform !== 'linux') return true;
  return (env['DISPLAY'] ?? '') !== '' || (env['WAYLAND_DISPLAY'] ?? '') !== '';
}

/** A machine without a graphics device: the browser then draws everything on the CPU. */
export function drawsInSoftware(platform: NodeJS.Platform = process.platform): boolean {
  return platform === 'linux' && !existsSync('/dev/dri');
}

/**
 * Flags of the window: a profile of its own, so that its process ends with it and no extension sees a study, and none
 * of the browser's own traffic. `--no-sandbox` for uid 0 alone, since Chromium refuses to run as root with it.
 */
export function windowFlags(
  url: string,
  profile: string,
  uid: number | undefined,
  software = drawsInSoftware(),
): string[] {
  return [
    `--app=${url}`,
    `--user-data-dir=${profile}`,
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-extensions',
    '--disable-quic',
    '--disable-translate',
    '--disable-features=Translate,AutofillServerCommunication,OptimizationHints,MediaRouter',
    '--password-store=basic',
    '--window-size=1600,1000',
    ...(uid === 0 ? ['--no-sandbox'] : []),
    // Without a graphics device a canvas drawn through an emulated one costs half as much again a scroll step (45 ms, then 30 ms).
    ...(software ? ['--disable-accelerated-2d-canvas'] : []),
  ];
}

/** Opens the page in a window of an installed browser. */
export function openWindow(browser: string, url: string, profile: string): BrowserWindow {
  mkdirSync(profile, { recursive: true, mode: 0o700 });
  const child = spawn(browser, windowFlags(url, profile, process.getuid?.()), { stdio: 'ignore' });
  const closed = new Promise<void>((resolve, reject) => {
    child.once('exit', () => resolve());
    child.once('error', reject);
  });
  return {
    pid: child.pid,
    closed,
    close: () => {
      child.kill();
    },
  };
}
