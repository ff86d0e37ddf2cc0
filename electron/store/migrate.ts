import { hash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { Bug, Unavailable } from '../shared/errors.ts';
import type { Clock } from '../shared/ports.ts';
import type { Migration } from './migrations/index.ts';

function checksum(migration: Migration): string {
  return hash('sha256', `${migration.id}\n${migration.name}\n${migration.up}`);
}

function applied(database: Database): Map<number, string> {
  const rows = database
    .prepare<[], { id: number; checksum: string }>('SELECT id, checksum FROM migrations ORDER BY id')
    .all();
  return new Map(rows.map((row) => [row.id, row.checksum]));
}

/**
 * Brings the database to this build's shape: every migration that is missing, in one transaction, so that a kill leaves the old
 * shape or the new one.
 *
 * @throws Unavailable `data-newer` where a newer build has written the folder; `data-migration-changed` where a migration that
 * was applied differs from this build's.
 */
export function migrate(database: Database, migrations: readonly Migration[], clock: Clock): void {
  migrations.forEach((migration, index) => {
    if (migration.id <= (migrations[index - 1]?.id ?? 0))
      throw new Bug(`Migration ${migration.name} is out of order.`);
  });
  const run = database.transaction(() => {
    database.exec(
      'CREATE TABLE IF NOT EXISTS migrations (id INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, at TEXT NOT NULL) STRICT',
    );
    const done = applied(database);
    const newest = Math.max(0, ...done.keys());
    const known = migrations.at(-1)?.id ?? 0;
    if (newest > known) {
      throw new Unavailable(
        'data-newer',
        `This data folder was written by a newer Overread (its shape is number ${newest}, this build knows ${known}). Start the newer version, or choose another folder with --data.`,
      );
    }
    const note = database.prepare('INSERT INTO migrations (id, name, checksum, at) VALUES (?, ?, ?, ?)');
    for (const migration of migrations) {
      const before = done.get(migration.id);
      if (before === undefined) {
        database.exec(migration.up);
        note.run(migration.id, migration.name, checksum(migration), clock.now());
      } else if (before !== checksum(migration)) {
        throw new Unavailable(
          'data-migration-changed',
          `This data folder was made by a build whose migration ${migration.id} (${migration.name}) differs from this one's. Start the build that made it, or choose another folder with --data.`,
        );
      }
    }
  });
  run.immediate();
}
