import { join } from 'node:path';
import { createApp } from '../../api/app.ts';
import { openWorkstation, type Workstation } from '../shared/workstation.ts';
import { browserShell } from './browser-shell.ts';
import { findBrowser } from './find-browser.ts';
import { type HttpMount, mountHttp } from './http-server.ts';
import { hasDisplay, openWindow } from './open-window.ts';

export interface ServeOptions {
  /** The data folder. */
  readonly data: string;
  /** A random one unless told. */
  readonly port?: number;
  /** Whether to open a window; without a display the address is printed instead. */
  readonly open: boolean;
  /** Where to tell a person what to do; never stdout of a command that answers in JSON. */
  readonly say: (line: string) => void;
  /** Folders whose new files are imported by themselves. */
  readonly watch?: readonly string[];
  /** What to do before the window opens. */
  readonly prepare?: (workstation: Workstation) => Promise<void>;
}

export interface Served {
  readonly url: string;
  readonly port: number;
  /** Resolves when all is shut down, whatever asked for it. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/**
 * The browser host: the workstation on 127.0.0.1 and a window of an installed Chrome, Edge or Chromium. Closing the
 * window, SIGINT and SIGTERM end it, engine and worker threads included.
 *
 * @throws Unavailable `already-open`, `port-taken`, `renderer-missing`; Refused `watch-folder`; and what opening the data folder throws.
 */
export async function serve(options: ServeOptions): Promise<Served> {
  const workstation = await openWorkstation({
    directory: options.data,
    kind: 'browser',
    shell: browserShell,
    ...(options.watch === undefined ? {} : { watch: options.watch }),
  });
  let mount: HttpMount;
  try {
    await options.prepare?.(workstation);
    mount = await mountHttp(options.port ?? 0, (admit) => {
      const app = createApp(workstation.appDeps(admit));
      return (request) => app.fetch(request);
    });
  } catch (error) {
    await workstation.close();
    throw error;
  }

  let settle = (): void => undefined;
  const closed = new Promise<void>((resolve) => {
    settle = resolve;
  });
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => {
    closing ??= (async () => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      window?.close();
      await mount.close();
      await workstation.close();
      settle();
    })();
    return closing;
  };
  const stop = (): void => {
    close().catch((error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    });
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);

  workstation.analysis.start();
  const window = options.open ? openOrSay(mount.url, options) : null;
  window?.closed.then(stop, (error: unknown) => {
    options.say(
      `The browser could not be started (${String(error)}). Open ${mount.url} in a browser of this machine.`,
    );
  });
  return { url: mount.url, port: mount.port, closed, close };
}

function openOrSay(url: string, { data, say }: ServeOptions): ReturnType<typeof openWindow> | null {
  if (!hasDisplay()) {
    say(`There is no display. Open this address in a browser on this machine (it works once): ${url}`);
    return null;
  }
  const browser = findBrowser();
  if (browser === null) {
    say(
      `No Chrome, Edge or Chromium was found: install one (Debian: apt-get install chromium), or open this address in a browser on this machine (it works once): ${url}`,
    );
    return null;
  }
  return openWindow(browser, url, join(data, 'browser'));
}
