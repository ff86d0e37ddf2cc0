import type { Refusal } from '../shared/imports.ts';
import type { RefusalRepository } from '../shared/ports.ts';
import type { Connection } from './connection.ts';

type Row = Refusal & { importId: string; at: string };

/** What was not taken, and why: kept until a person clears it. */
export class SqlRefusalRepository implements RefusalRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  add(refusals: readonly Refusal[], importId: string): void {
    if (refusals.length === 0) return;
    const at = this.#connection.clock.now();
    this.#connection.relaxed(() => {
      const insert = this.#connection.database.prepare(
        'INSERT INTO refusals (import_id, at, path, code, reason) VALUES (?, ?, ?, ?, ?)',
      );
      for (const refusal of refusals) insert.run(importId, at, refusal.path, refusal.code, refusal.reason);
    });
  }

  list(limit: number, offset: number): { total: number; rows: Row[] } {
    const { database } = this.#connection;
    const total = database.prepare<[], number>('SELECT count(*) FROM refusals').pluck().get() ?? 0;
    const rows = database
      .prepare<[number, number], Row>(
        'SELECT path, code, reason, import_id AS importId, at FROM refusals ORDER BY id DESC LIMIT ? OFFSET ?',
      )
      .all(limit, offset);
    return { total, rows };
  }

  clear(importId: string): void {
    this.#connection.transaction(() =>
      this.#connection.database.prepare('DELETE FROM refusals WHERE import_id = ?').run(importId),
    );
  }
}
