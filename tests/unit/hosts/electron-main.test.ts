import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Electron from 'electron';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

/**
 * Electron in typed fakes that hold the order: what must come before `ready` fails after it, and the other way round. The real
 * binary is asked in tests/e2e where there is one.
 */
const world = vi.hoisted(() => ({
  log: [] as string[],
  ready: false,
  handler: null as ((request: Request) => Response | Promise<Response>) | null,
  scheme: [] as Electron.CustomScheme[],
  listeners: new Map<string, ((...args: never[]) => void)[]>(),
  beforeRequest: null as
    | ((details: { url: string }, answer: (answer: { cancel?: boolean }) => void) => void)
    | null,
  permission: null as
    | ((contents: null, permission: string, answer: (granted: boolean) => void) => void)
    | null,
  permissionCheck: null as (() => boolean) | null,
  windowOptions: null as Electron.BrowserWindowConstructorOptions | null,
  loaded: [] as string[],
  exit: null as number | null,
}));

vi.mock('electron', () => {
  const before = (what: string): void => {
    if (world.ready) throw new Error(`${what} must come before ready`);
    world.log.push(what);
  };
  const after = (what: string): void => {
    if (!world.ready) throw new Error(`${what} must come after ready`);
    world.log.push(what);
  };
  const app = {
    isPackaged: true,
    enableSandbox: () => before('sandbox'),
    setPath: (name: string) => before(`path ${name}`),
    requestSingleInstanceLock: () => {
      before('single instance');
      return true;
    },
    whenReady: () => {
      before('whenReady');
      world.ready = true;
      return Promise.resolve();
    },
    on(event: string, listener: (...args: never[]) => void) {
      world.listeners.set(event, [...(world.listeners.get(event) ?? []), listener]);
      if (event === 'web-contents-created') world.log.push('lock contents');
    },
    quit: () => world.log.push('quit'),
    exit: (code: number) => {
      world.exit = code;
    },
  };
  const protocol: Pick<Electron.Protocol, 'registerSchemesAsPrivileged' | 'handle'> = {
    registerSchemesAsPrivileged: (schemes) => {
      before('scheme');
      if (world.scheme.length > 0) throw new Error('schemes are registered once');
      world.scheme = schemes;
    },
    handle: (_scheme, handler) => {
      after('handle');
      world.handler = handler as (request: Request) => Promise<Response>;
    },
  };
  const session = {
    get defaultSession() {
      after('session');
      return {
        setPermissionRequestHandler: (handler: typeof world.permission) => {
          world.permission = handler;
        },
        setPermissionCheckHandler: (handler: typeof world.permissionCheck) => {
          world.permissionCheck = handler;
        },
        setDevicePermissionHandler: () => undefined,
        webRequest: {
          onBeforeRequest: (handler: typeof world.beforeRequest) => {
            world.beforeRequest = handler;
          },
        },
        on: () => undefined,
      };
    },
  };
  class BrowserWindow {
    constructor(options: Electron.BrowserWindowConstructorOptions) {
      after('window');
      if (world.handler === null || world.beforeRequest === null)
        throw new Error('a window before its locks');
      world.windowOptions = options;
    }
    removeMenu(): void {}
    loadURL(url: string): Promise<void> {
      world.loaded.push(url);
      return Promise.resolve();
    }
  }
  const dialog = {
    showErrorBox: (_title: string, words: string) => world.log.push(`error box: ${words}`),
    showOpenDialog: () => Promise.resolve({ canceled: true, filePaths: [] }),
  };
  return { app, protocol, session, BrowserWindow, dialog, utilityProcess: { fork: () => undefined } };
});

describe('the Electron entry', () => {
  const folder = mkdtempSync(join(tmpdir(), 'overread-electron-'));

  beforeAll(async () => {
    process.env['OVERREAD_DATA'] = folder;
    // This is not a first start: no samples are made.
    const { openStore } = await import('../../../electron/store/open-store.ts');
    openStore({ directory: folder }).close();
    writeFileSync(join(folder, 'samples-offered'), '');
    await import('../../../electron/hosts/electron/main.ts');
    await vi.waitFor(() => expect([...world.loaded, world.exit]).not.toEqual([null]), { timeout: 20_000 });
  });

  afterAll(async () => {
    delete process.env['OVERREAD_DATA'];
    rmSync(folder, { recursive: true, force: true });
  });

  const fire = (event: string, ...args: unknown[]): void => {
    for (const listener of world.listeners.get(event) ?? [])
      (listener as (...all: unknown[]) => void)(...args);
  };

  test('does everything in its order, the window last', () => {
    expect(world.log).toEqual([
      'sandbox',
      'scheme',
      'path userData',
      'single instance',
      'lock contents',
      'whenReady',
      'session',
      'handle',
      'window',
    ]);
    expect(world.loaded).toEqual(['app://overread/']);
  });

  test('gives the scheme the rights of a secure origin and no more', () => {
    expect(world.scheme).toEqual([
      {
        scheme: 'app',
        privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
      },
    ]);
  });

  test('opens the window without Node, without preload, in the sandbox', () => {
    const preferences = world.windowOptions?.webPreferences;
    expect(preferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    });
    expect(preferences).not.toHaveProperty('preload');
  });

  test('answers the page through the scheme, and nobody else', async () => {
    const session = await world.handler?.(new Request('app://overread/api/session'));
    expect(await session?.json()).toMatchObject({ host: { kind: 'electron', canPickFolder: true } });
    const foreign = await world.handler?.(new Request('app://elsewhere/api/session'));
    expect(foreign?.status).toBe(403);
  });

  test.each([
    ['app://overread/api/session', false],
    ['blob:app://overread/1', false],
    ['data:image/png;base64,AA', false],
    ['https://example.com/', true],
    ['http://127.0.0.1:80/', true],
    ['ws://127.0.0.1/', true],
    ['file:///etc/passwd', true],
    ['app://overread.example/', true],
    ['app://elsewhere/', true],
    ['devtools://devtools/', true],
  ])('in the session %s is blocked: %s', (url, blocked) => {
    const answer = vi.fn();
    world.beforeRequest?.({ url }, answer);
    expect(answer).toHaveBeenCalledExactlyOnceWith({ cancel: blocked });
  });

  test('permits nothing', () => {
    const answer = vi.fn();
    world.permission?.(null, 'media', answer);
    expect(answer).toHaveBeenCalledExactlyOnceWith(false);
    expect(world.permissionCheck?.()).toBe(false);
  });

  test('every contents stays where it is and opens nothing', () => {
    const emitter = new EventEmitter();
    let open: (() => { action: string }) | null = null;
    const contents = Object.assign(emitter, {
      setWindowOpenHandler: (handler: typeof open) => {
        open = handler;
      },
    });
    fire('web-contents-created', {}, contents);
    for (const event of ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview']) {
      const preventDefault = vi.fn();
      emitter.emit(event, { preventDefault });
      expect(preventDefault, event).toHaveBeenCalledOnce();
    }
    expect((open as unknown as () => { action: string })()).toEqual({ action: 'deny' });
  });

  test('closing the window ends the workstation, then the process', async () => {
    fire('window-all-closed');
    expect(world.log).toContain('quit');
    const preventDefault = vi.fn();
    fire('will-quit', { preventDefault });
    expect(preventDefault).toHaveBeenCalledOnce();
    await vi.waitFor(() => expect(world.exit).toBe(0));
  });
});
