import type { Refusal, RefusalRow } from '../shared/imports.ts';
import type { RefusalRepository } from '../shared/ports.ts';
import type { Stated } from '../shared/study.ts';
import type { Connection } from './connection.ts';

/** What was not taken, and why: kept until a person clears it. */
export class SqlRefusalRepository implements RefusalRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  add(refusals: readonly Refusal[], importId: string, stated: Stated | null = null): void {
    if (refusals.length === 0) return;
    const at = this.#connection.clock.now();
    this.#connection.relaxed(() => {
      const insert = this.#connection.database.prepare(
        'INSERT INTO refusals (import_id, at, path, code, reason, stated) VALUES (?, ?, ?, ?, ?, ?)',
      );
      const facts = stated === null || Object.keys(stated).length === 0 ? null : JSON.stringify(stated);
      for (const { path, code, reason } of refusals) insert.run(importId, at, path, code, reason, facts);
    });
  }

  list(limit: number, offset: number): { total: number; rows: RefusalRow[] } {
    const { database } = this.#connection;
    const total = database.prepare<[], number>('SELECT count(*) FROM refusals').pluck().get() ?? 0;
    const rows = database
      .prepare<[number, number], Omit<RefusalRow, 'stated'> & { stated: string | null }>(
        'SELECT path, code, reason, import_id AS importId, at, stated FROM refusals ORDER BY id DESC LIMIT ? OFFSET ?',
      )
      .all(limit, offset)
      .map(({ stated, ...row }) => ({
        ...row,
        ...(stated === null ? {} : { stated: JSON.parse(stated) as Stated }),
      }));
    return { total, rows };
  }

  all(): RefusalRow[] {
    // Of SQLite a limit below 0 is none.
    return this.list(-1, 0).rows;
  }

  remove(paths: readonly string[]): void {
    this.#connection.transaction(() => {
      const remove = this.#connection.database.prepare('DELETE FROM refusals WHERE path = ?');
      for (const path of paths) remove.run(path);
    });
  }

  clear(importId: string): void {
    this.#connection.transaction(() =>
      this.#connection.database.prepare('DELETE FROM refusals WHERE import_id = ?').run(importId),
    );
  }

  clearAll(): number {
    return this.#connection.transaction(
      () => this.#connection.database.prepare('DELETE FROM refusals').run().changes,
    );
  }
}
