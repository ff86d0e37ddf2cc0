import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Unavailable } from '../shared/errors.ts';

/**
 * Makes a folder and those above it, each by one attempt. (Node's own recursive form tries for ever where a file system answers 'no such
 * file' to a folder being made, as /proc does.)
 *
 * @throws Unavailable `folder` where it cannot be made, or is a file.
 */
export function makeFolder(path: string, mode?: number): void {
  const missing: string[] = [];
  for (let at = path; !isThere(at); at = dirname(at)) missing.push(at);
  for (const folder of missing.toReversed()) {
    try {
      mkdirSync(folder, { mode });
    } catch (cause) {
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
      // Another process may have been quicker.
      if (code === 'EEXIST') continue;
      throw new Unavailable(
        'folder',
        `The folder ${path} cannot be made (${code}). Choose another.`,
        undefined,
        cause,
      );
    }
  }
  if (!statSync(path).isDirectory())
    throw new Unavailable('folder', `${path} is a file, not a folder. Choose another.`);
}

function isThere(path: string): boolean {
  try {
    return statSync(path) !== undefined;
  } catch {
    // Not there, or not to be looked at: the attempt to make it says which. The root is always there.
    return dirname(path) === path;
  }
}
