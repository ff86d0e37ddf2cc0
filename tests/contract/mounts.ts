import { createApp } from '../../electron/api/app.ts';
import { browserShell } from '../../electron/hosts/browser/browser-shell.ts';
import { mountHttp } from '../../electron/hosts/browser/http-server.ts';
import { dialogShell } from '../../electron/hosts/electron/dialog-shell.ts';
import { admitApp, mountScheme, ORIGIN } from '../../electron/hosts/electron/scheme.ts';
import { openWorkstation, type Workstation } from '../../electron/hosts/shared/workstation.ts';
import type { Clock } from '../../electron/shared/ports.ts';

/** One host's way to the one handler. */
export interface Mount {
  readonly name: 'browser' | 'electron';
  readonly origin: string;
  readonly workstation: Workstation;
  /** As the window does it: with its cookie, and its Origin on every write. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Every route of the api as it is registered, method and pattern. */
  readonly routes: readonly { readonly method: string; readonly path: string }[];
  close(): Promise<void>;
}

export interface MountOptions {
  readonly directory: string;
  readonly clock?: Clock;
  readonly newId?: () => string;
  readonly heartbeatMs?: number;
}

export type OpenMount = (options: MountOptions) => Promise<Mount>;

const routesOf = (app: ReturnType<typeof createApp>): Mount['routes'] =>
  app.routes.filter(({ method, path }) => method !== 'ALL' && path.startsWith('/api/'));

/** Real HTTP on 127.0.0.1: the link is redeemed as a browser would, and its cookie is sent from then on. */
export const openBrowserMount: OpenMount = async (options) => {
  const workstation = await openWorkstation({ ...options, kind: 'browser', shell: browserShell });
  let routes: Mount['routes'] = [];
  const mount = await mountHttp(0, (admit) => {
    const app = createApp(workstation.appDeps(admit));
    routes = routesOf(app);
    return (request) => app.fetch(request);
  });
  const origin = new URL(mount.url).origin;
  const redeemed = await fetch(mount.url, { redirect: 'manual' });
  const cookie = redeemed.headers.get('set-cookie')?.split(';')[0] ?? '';
  return {
    name: 'browser',
    origin,
    workstation,
    routes,
    fetch: (path, init) => fetch(`${origin}${path}`, asWindow(origin, init, { cookie })),
    async close() {
      await mount.close();
      await workstation.close();
    },
  };
};

/** The function that Electron's `protocol.handle` would call with the window's requests. */
export const openElectronMount: OpenMount = async (options) => {
  const shell = dialogShell({
    showOpenDialog: () => Promise.resolve({ canceled: false, filePaths: ['/picked'] }),
  });
  const workstation = await openWorkstation({ ...options, kind: 'electron', shell });
  const app = createApp(workstation.appDeps(admitApp));
  let handler: ((request: Request) => Response | Promise<Response>) | null = null;
  mountScheme(
    {
      handle: (_scheme, given) => {
        handler = given as (request: Request) => Promise<Response>;
      },
    },
    (request) => app.fetch(request),
  );
  return {
    name: 'electron',
    origin: ORIGIN,
    workstation,
    routes: routesOf(app),
    async fetch(path, init) {
      if (handler === null) throw new Error('The scheme has no handler.');
      return handler(new Request(`${ORIGIN}${path}`, asWindow(ORIGIN, init, {})));
    },
    close: () => workstation.close(),
  };
};

function asWindow(origin: string, init: RequestInit | undefined, extra: Record<string, string>): RequestInit {
  const headers = new Headers(init?.headers);
  for (const [name, value] of Object.entries(extra)) if (!headers.has(name)) headers.set(name, value);
  const method = init?.method ?? 'GET';
  if (method !== 'GET' && !headers.has('origin')) headers.set('origin', origin);
  if (typeof init?.body === 'string' && !headers.has('content-type'))
    headers.set('content-type', 'application/json');
  return { ...init, headers };
}

export const send = (method: 'POST' | 'PUT' | 'DELETE', body: unknown): RequestInit => ({
  method,
  body: JSON.stringify(body),
});
