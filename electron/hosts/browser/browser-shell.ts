import { Unavailable } from '../../shared/errors.ts';
import type { Shell } from '../../shared/ports.ts';

/** A page in a browser has no folder picker that gives paths: the page shows a path field instead. */
export const browserShell: Shell = {
  canPickFolder: false,
  pickPaths: () =>
    Promise.reject(
      new Unavailable('unsupported', 'This window has no folder picker: type or paste the path instead.'),
    ),
};
