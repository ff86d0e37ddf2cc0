import { writeFileSync } from 'node:fs';
import { Refused } from '../../shared/errors.ts';

/**
 * Writes a file that is not there yet, readable by its owner alone.
 *
 * @throws Refused `file-exists`, `unwritable-file`.
 */
export function writeNew(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    if (code === 'EEXIST')
      throw new Refused('file-exists', `${path} is there already, and was not touched. Name another file.`);
    throw new Refused(
      'unwritable-file',
      `${path} cannot be written (${code}). Name another place.`,
      undefined,
      cause,
    );
  }
}
