import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export interface DataDirectoryOptions {
  /** `--data`. */
  readonly flag?: string | undefined;
  readonly env?: NodeJS.ProcessEnv;
  readonly platform?: NodeJS.Platform;
  readonly home?: string;
}

/** Where the data lies: `--data`, else OVERREAD_DATA, else the system's place for application data. An absolute path. */
export function dataDirectory(options: DataDirectoryOptions = {}): string {
  const { flag, env = process.env, platform = process.platform, home = homedir() } = options;
  const named = flag ?? env['OVERREAD_DATA'];
  if (named !== undefined && named !== '') return resolve(named);
  switch (platform) {
    case 'win32':
      return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'Overread');
    case 'darwin':
      return join(home, 'Library', 'Application Support', 'Overread');
    default:
      // XDG Base Directory Specification: relative values are ignored.
      return join(absoluteOr(env['XDG_DATA_HOME'], join(home, '.local', 'share')), 'overread');
  }
}

function absoluteOr(value: string | undefined, otherwise: string): string {
  return value?.startsWith('/') === true ? value : otherwise;
}
