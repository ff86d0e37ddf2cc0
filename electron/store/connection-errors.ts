import { OverreadError, Unavailable } from '../shared/errors.ts';

/**
 * Brings what SQLite and the file system throw into the taxonomy where a person can do something about it.
 */
export function toStoreError(thrown: unknown): unknown {
  if (thrown instanceof OverreadError || !(thrown instanceof Error) || !('code' in thrown)) return thrown;
  const code = String(thrown.code);
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') {
    return new Unavailable(
      'disk-full',
      'There is no space left where the data folder lies. Nothing of this step was kept. Free some space, then try again.',
      undefined,
      thrown,
    );
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new Unavailable(
      'data-busy',
      'Another Overread process is writing to this data folder and did not finish in time. Try again when it is done.',
      undefined,
      thrown,
    );
  }
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) {
    return new Unavailable(
      'data-damaged',
      'The database of this data folder is damaged or is no Overread database. Restore a backup, or choose another folder with --data.',
      undefined,
      thrown,
    );
  }
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN') || code === 'EACCES') {
    return new Unavailable(
      'data-not-writable',
      'The data folder cannot be written. Check its owner and rights, or choose another with --data.',
      undefined,
      thrown,
    );
  }
  return thrown;
}
