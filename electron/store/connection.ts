import { chmodSync, closeSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { Clock } from '../shared/ports.ts';
import { toStoreError } from './connection-errors.ts';

/** How long a writer waits for another process (the window and the command line may be open together). */
const BUSY_MS = 15_000;

/**
 * The open database. One process writes at a time: WAL lets others read meanwhile, and a second writer waits up to
 * `BUSY_MS`. Synchronous is FULL, so that a committed read is on the disk before the reader sees the AI; see `relaxed`.
 */
export class Connection {
  readonly database: Database.Database;
  readonly clock: Clock;

  readonly #statements = new Map<string, Database.Statement>();

  constructor(path: string, clock: Clock) {
    this.clock = clock;
    try {
      // Made by us first, since SQLite would use the umask; its -wal and -shm take the same mode.
      closeSync(openSync(path, 'a', 0o600));
      chmodSync(path, 0o600);
      this.database = new Database(path, { timeout: BUSY_MS });
      // For a new database: two headers fill a page of 4 KiB, and a third of it stays empty.
      this.database.pragma('page_size = 8192');
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

  /**
   * The statement of this text, made once: SQLite takes half as long to prepare one as to run it. For statements that are run at once;
   * one that is iterated, plucked or expanded is made by `database.prepare`, since its state would be shared.
   */
  prepare<Bind extends unknown[] | object = unknown[], Result = unknown>(
    sql: string,
  ): Database.Statement<Bind extends unknown[] ? Bind : [Bind], Result> {
    const known = this.#statements.get(sql) ?? this.database.prepare(sql);
    this.#statements.set(sql, known);
    return known as unknown as Database.Statement<Bind extends unknown[] ? Bind : [Bind], Result>;
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
