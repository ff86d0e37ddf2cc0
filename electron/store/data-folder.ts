import { chmodSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Refused, Unavailable } from '../shared/errors.ts';
import { makeFolder } from './make-folder.ts';

/** Where things lie in a data folder. */
export interface DataFolder {
  readonly directory: string;
  readonly database: string;
  readonly blobs: string;
  /** Where earlier builds wrote files before they were named; swept. */
  readonly temporary: string;
}

export function dataFolder(directory: string): DataFolder {
  return {
    directory,
    database: join(directory, 'overread.db'),
    blobs: join(directory, 'blobs'),
    temporary: join(directory, 'tmp'),
  };
}

/**
 * Makes the folder, readable by its owner alone (0700 whatever the umask). An existing folder that holds other things and is open
 * to others is not touched: closing /tmp or somebody's home to the rest of the machine would be our fault.
 *
 * @throws Refused `data-folder-not-ours`; Unavailable `data-folder` where it cannot be made or is a file.
 */
export function prepareDataFolder(directory: string): DataFolder {
  const folder = dataFolder(directory);
  try {
    makeFolder(directory, 0o700);
    const names = readdirSync(directory);
    // A site may lay its policy into the folder before the first start.
    const ours = names.every((name) => name === 'policy.json') || names.includes('overread.db');
    const shared = process.platform !== 'win32' && (statSync(directory).mode & 0o077) !== 0;
    if (!ours && shared) {
      throw new Refused(
        'data-folder-not-ours',
        `${directory} holds other things and other users may read it. Choose an empty or new folder for Overread's data.`,
      );
    }
    for (const path of [directory, folder.blobs, folder.temporary]) {
      makeFolder(path, 0o700);
      chmodSync(path, 0o700);
    }
  } catch (cause) {
    if (cause instanceof Refused) throw cause;
    const reason = cause instanceof Unavailable ? cause.cause : cause;
    const why = reason instanceof Error && 'code' in reason ? String(reason.code) : String(cause);
    throw new Unavailable(
      'data-folder',
      `The data folder ${directory} cannot be made or written (${why}). Choose another with --data or OVERREAD_DATA.`,
      undefined,
      cause,
    );
  }
  return folder;
}
