import type { Session } from 'electron';
import { ORIGIN } from './scheme.ts';

/** What the page may load: itself, and what it made in memory. `devtools:` only where a developer runs a checkout. */
export function isAllowed(url: string, packaged: boolean): boolean {
  if (url.startsWith(`${ORIGIN}/`) || url.startsWith(`blob:${ORIGIN}/`) || url.startsWith('data:'))
    return true;
  return !packaged && url.startsWith('devtools://');
}

/**
 * Threats: a page or a library in it that phones home; a permission granted by default (Electron's own default is to
 * approve). Nothing leaves this session, and nothing is permitted.
 */
export function lockSession(
  session: Pick<
    Session,
    | 'setPermissionRequestHandler'
    | 'setPermissionCheckHandler'
    | 'setDevicePermissionHandler'
    | 'webRequest'
    | 'on'
  >,
  packaged: boolean,
): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest((details, answer) =>
    answer({ cancel: !isAllowed(details.url, packaged) }),
  );
  session.on('will-download', (event, item) => {
    if (!isAllowed(item.getURL(), packaged)) event.preventDefault();
  });
}
