import type { WatchedFile, WatchedFiles } from '../shared/ports.ts';
import type { Connection } from './connection.ts';

/** Which files of watched folders were handed to an import, so that a restart does not take them again. */
export class SqlWatchedFiles implements WatchedFiles {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  all(): WatchedFile[] {
    return this.#connection.database
      .prepare<[], WatchedFile>('SELECT path, bytes, changed_ms AS changedMs FROM watched_files')
      .all();
  }

  take(files: readonly WatchedFile[]): void {
    const { database, clock } = this.#connection;
    this.#connection.relaxed(() => {
      const insert = database.prepare(
        `INSERT INTO watched_files (path, bytes, changed_ms, taken_at) VALUES (?, ?, ?, ?)
         ON CONFLICT (path) DO UPDATE SET bytes = excluded.bytes, changed_ms = excluded.changed_ms, taken_at = excluded.taken_at`,
      );
      for (const { path, bytes, changedMs } of files) insert.run(path, bytes, changedMs, clock.now());
    });
  }

  forget(paths: readonly string[]): void {
    this.#connection.relaxed(() => {
      const remove = this.#connection.database.prepare('DELETE FROM watched_files WHERE path = ?');
      for (const path of paths) remove.run(path);
    });
  }
}
