import { randomUUID } from 'node:crypto';
import { Refused } from '../shared/errors.ts';
import type { ViewRepository } from '../shared/ports.ts';
import { MAX_VIEWS, type SavedView, savedViewSchema, type WorklistChoice } from '../shared/worklist.ts';
import type { Connection } from './connection.ts';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly query: string;
}

/** What a reader keeps of the worklist under a name. Every call is one reader's: another's view is unknown to it. */
export class SqlViewRepository implements ViewRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  list(readerId: string): SavedView[] {
    return this.#connection
      .prepare<[string], Row>(
        'SELECT id, name, query FROM saved_views WHERE reader_id = ? ORDER BY position, id',
      )
      .all(readerId)
      .map(({ id, name, query }) => savedViewSchema.parse({ id, name, choice: JSON.parse(query) }));
  }

  save(readerId: string, name: string, choice: WorklistChoice): SavedView {
    return this.#connection.transaction(() => {
      const views = this.list(readerId);
      if (views.length >= MAX_VIEWS) {
        throw new Refused(
          'views-full',
          `There are ${MAX_VIEWS} saved views already. Remove one that is no longer used, then save this one.`,
        );
      }
      requireFree(views, name, null);
      const id = randomUUID();
      this.#connection
        .prepare(
          `INSERT INTO saved_views (id, reader_id, name, position, query)
           VALUES (?, ?, ?, (SELECT coalesce(max(position), 0) + 1 FROM saved_views WHERE reader_id = ?), ?)`,
        )
        .run(id, readerId, name, readerId, JSON.stringify(choice));
      return { id, name, choice };
    });
  }

  change(readerId: string, id: string, changes: { name?: string; choice?: WorklistChoice }): void {
    this.#connection.transaction(() => {
      const views = this.list(readerId);
      const view = views.find((one) => one.id === id);
      if (view === undefined) throw viewUnknown();
      const { name = view.name, choice = view.choice } = changes;
      requireFree(views, name, id);
      this.#connection
        .prepare('UPDATE saved_views SET name = ?, query = ? WHERE id = ?')
        .run(name, JSON.stringify(choice), id);
    });
  }

  order(readerId: string, ids: readonly string[]): void {
    this.#connection.transaction(() => {
      const known = this.list(readerId).map(({ id }) => id);
      if (
        known.length !== ids.length ||
        new Set(ids).size !== ids.length ||
        !ids.every((id) => known.includes(id))
      ) {
        throw new Refused(
          'views-changed',
          'The saved views have changed meanwhile. Order them again as they are now.',
        );
      }
      const place = this.#connection.prepare('UPDATE saved_views SET position = ? WHERE id = ?');
      for (const [position, id] of ids.entries()) place.run(position + 1, id);
    });
  }

  remove(readerId: string, id: string): void {
    const { changes } = this.#connection
      .prepare('DELETE FROM saved_views WHERE id = ? AND reader_id = ?')
      .run(id, readerId);
    if (changes === 0) throw viewUnknown();
  }
}

function requireFree(views: readonly SavedView[], name: string, but: string | null): void {
  const same = views.some((one) => one.id !== but && one.name.toLowerCase() === name.toLowerCase());
  if (!same) return;
  throw new Refused('view-exists', 'There is a saved view of that name already. Choose another name.');
}

function viewUnknown(): Refused {
  return new Refused('view-unknown', 'There is no such saved view (any more).');
}
