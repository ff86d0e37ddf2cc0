import { join } from 'node:path';
import type * as Electron from 'electron';
import { createApp } from '../../api/app.ts';
import { prepareFirstStart } from '../shared/first-start.ts';
import { product } from '../shared/product.ts';
import { openWorkstation } from '../shared/workstation.ts';
import { dialogShell } from './dialog-shell.ts';
import { utilitySpawner } from './engine-process.ts';
import { lockAllContents } from './lock-contents.ts';
import { lockSession } from './lock-session.ts';
import { admitApp, mountScheme, ORIGIN, registerScheme } from './scheme.ts';
import { WINDOW_OPTIONS } from './window.ts';

export type ElectronParts = Pick<
  typeof Electron,
  'app' | 'protocol' | 'session' | 'dialog' | 'utilityProcess' | 'BrowserWindow'
>;

/**
 * Runs the Electron host. The order matters, and a test holds it: what must come before `ready` (sandbox, scheme, the
 * profile's place, the single instance), then the locks, then the handler, and the window last.
 */
export async function startElectron(
  electron: ElectronParts,
  dataDirectory: string,
  watch: readonly string[] = [],
): Promise<void> {
  const { app, protocol, session, dialog, utilityProcess, BrowserWindow } = electron;
  app.enableSandbox();
  registerScheme(protocol);
  // The profile lies in the data folder, so that one instance means one instance a data folder.
  app.setPath('userData', join(dataDirectory, 'electron'));
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  lockAllContents(app);
  await app.whenReady();
  lockSession(session.defaultSession, app.isPackaged);

  const { bundles } = product();
  const workstation = await openWorkstation({
    directory: dataDirectory,
    kind: 'electron',
    shell: dialogShell(dialog),
    watch,
    ...(bundles === null ? {} : { spawnEngine: utilitySpawner(utilityProcess, bundles.engine) }),
  });
  const handler = createApp(workstation.appDeps(admitApp));
  mountScheme(protocol, (request) => handler.fetch(request));

  let quitting = false;
  app.on('will-quit', (event) => {
    if (quitting) return;
    quitting = true;
    event.preventDefault();
    workstation.close().then(
      () => app.exit(0),
      (error: unknown) => {
        console.error(error);
        app.exit(1);
      },
    );
  });
  app.on('window-all-closed', () => app.quit());

  await prepareFirstStart(workstation, (line) => console.error(`overread: ${line}`));
  const window = new BrowserWindow(WINDOW_OPTIONS);
  window.removeMenu();
  app.on('second-instance', () => {
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  await window.loadURL(`${ORIGIN}/`);
  workstation.analysis.start();
}
