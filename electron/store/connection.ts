import { chmodSync, closeSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import { OverreadError, Unavailable } from '../shared/errors.ts';
import type { Clock } from '../shared/ports.ts';

/** How long a writer waits for another process (the window and the command line may be open together). */
const BUSY_MS = 15_000;

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

/**
 * The open database. One process writes at a time: WAL lets others read meanwhile, and a second writer waits up to
 * `BUSY_MS`. Synchronous is FULL, so that a committed read is on the disk before the reader sees the AI; see `relaxed`.
 */
export class Connection {
  readonly database: Database.Database;
  readonly clock: Clock;

  constructor(path: string, clock: Clock) {
    this.clock = clock;
    try {
      // Made by us first, since SQLite would use the umask; its -wal and -shm take the same mode.
      closeSync(openSync(path, 'a', 0o600));
      chmodSync(path, 0o600);
      this.database = new Database(path, { timeout: BUSY_MS });
      this.database.pragma('journal_mode = WAL');
      this.database.pragma('synchronous = FULL');
      this.database.pragma('foreign_keys = ON');
      this.database.pragma('recursive_triggers = ON');
      // A removed study's text is overwritten, not only unlinked.
      this.database.pragma('secure_delete = ON');
    } catch (cause) {
      throw toStoreError(cause);
    }
  }

  /** All of `work` or nothing of it, with the write lock from the start. Inside another one it is a savepoint. */
  transaction<T>(work: () => T): T {
    try {
      return this.database.transaction(work).immediate();
    } catch (cause) {
      throw toStoreError(cause);
    }
  }

  /**
   * A transaction that a power cut may take back whole, but never tear (WAL with synchronous NORMAL): for what can be done again,
   * such as an import or a model's result, and what comes a thousand times. Inside another transaction it is as strict as that.
   */
  relaxed<T>(work: () => T): T {
    if (this.database.inTransaction) return this.transaction(work);
    this.database.pragma('synchronous = NORMAL');
    try {
      return this.transaction(work);
    } finally {
      this.database.pragma('synchronous = FULL');
    }
  }

  close(): void {
    if (!this.database.open) return;
    this.database.close();
  }
}
