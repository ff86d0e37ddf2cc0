import type { App, WebContents } from 'electron';

type Lockable = Pick<WebContents, 'on' | 'setWindowOpenHandler'>;

/** Threat: a link, a script or a dropped file that takes the window to another place, or opens a second one. */
export function lockContents(contents: Lockable): void {
  const stay = (event: { preventDefault(): void }): void => event.preventDefault();
  contents.on('will-navigate', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', stay);
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** Every contents that will ever be made, not only the one window that we make. */
export function lockAllContents(app: Pick<App, 'on'>): void {
  app.on('web-contents-created', (_event, contents) => lockContents(contents));
}
