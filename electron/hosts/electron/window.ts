import type { BrowserWindowConstructorOptions } from 'electron';

/** No preload: the page has nothing but the api, as in a browser. */
export const WINDOW_OPTIONS = {
  width: 1600,
  height: 1000,
  minWidth: 1024,
  minHeight: 700,
  backgroundColor: '#0b0d10',
  autoHideMenuBar: true,
  title: 'Overread',
  webPreferences: {
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
  },
} as const satisfies BrowserWindowConstructorOptions;
