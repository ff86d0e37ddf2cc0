import { chmodSync, closeSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import { Cancelled, Unavailable } from '../shared/errors.ts';
import type { CancelSignal, Snapshot } from '../shared/ports.ts';
import type { Connection } from './connection.ts';
import { toStoreError } from './connection-errors.ts';

/** Pages copied before the window's requests have their turn again: 4 MB, some milliseconds. */
const PAGES = 1000;

/**
 * Copies the database to a new file as it is at one moment, while it is used (SQLite's online backup). What says that an import is under way
 * is left out of the copy: none is, there.
 *
 * @param onProgress Gets the share that is done, 0 to 1.
 * @throws Cancelled; Unavailable `disk-full`, `data-damaged`, `data-not-writable`.
 */
export async function takeSnapshot(
  connection: Connection,
  path: string,
  onProgress: (share: number) => void,
  signal?: CancelSignal,
): Promise<Snapshot> {
  try {
    closeSync(openSync(path, 'wx', 0o600));
    await connection.database.backup(path, {
      progress: ({ totalPages, remainingPages }) => {
        if (signal?.aborted === true) throw new Cancelled();
        onProgress(totalPages === 0 ? 0 : 1 - remainingPages / totalPages);
        return PAGES;
      },
    });
    chmodSync(path, 0o600);
    return openSnapshot(path);
  } catch (cause) {
    throw toStoreError(cause);
  }
}

function openSnapshot(path: string): Snapshot {
  const database = new Database(path);
  try {
    // One file, nothing beside it.
    database.pragma('journal_mode = DELETE');
    database.prepare('DELETE FROM staging').run();
    const state = database.pragma('quick_check(1)', { simple: true });
    if (state !== 'ok') {
      throw new Unavailable(
        'data-damaged',
        `The database is damaged (${String(state)}): nothing that is copied from it could be trusted. Restore an earlier backup, or ask for help before anything else is done with this data folder.`,
      );
    }
    const count = (sql: string): number => database.prepare<[], number>(sql).pluck().get() ?? 0;
    const last = database
      .prepare<[], { sequence: number; hash: string }>(
        'SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1',
      )
      .get();
    return {
      audit: { entries: last?.sequence ?? 0, lastHash: last?.hash ?? '' },
      studies: count('SELECT count(*) FROM studies'),
      committedReads: count("SELECT count(*) FROM reads WHERE status = 'committed'"),
      size: () => ({
        files: count('SELECT count(*) FROM blobs WHERE sha256 IN (SELECT sha256 FROM instances)'),
        bytes: count(
          'SELECT coalesce(sum(bytes), 0) FROM blobs WHERE sha256 IN (SELECT sha256 FROM instances)',
        ),
      }),
      files: () =>
        database
          .prepare<[], { sha256: string; bytes: number }>(
            'SELECT sha256, bytes FROM blobs WHERE sha256 IN (SELECT sha256 FROM instances) ORDER BY sha256',
          )
          .iterate(),
      close: () => void database.close(),
    };
  } catch (cause) {
    database.close();
    throw cause;
  }
}
