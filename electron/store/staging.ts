import { randomUUID } from 'node:crypto';
import { unlinkSync } from 'node:fs';
import { deleteBlob, filesUnder } from './blob-files.ts';
import type { Connection } from './connection.ts';
import type { DataFolder } from './data-folder.ts';

/** Younger files are left alone: they may belong to a process that this one cannot see (another machine's, a container's). */
const OLD_MS = 60 * 60 * 1000;

/** No process has this id: a marker that its owner left behind for the next sweep. */
const NOBODY = 0;

function lives(pid: number): boolean {
  if (pid === NOBODY) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    // EPERM: it lives, and belongs to somebody else.
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM';
  }
}

/**
 * Files and rows cannot change in one step. So who is about to change files says so first, in a row that commits before: a kill
 * leaves the row, and the next opening of the folder sweeps what no instance uses. Deleting happens under the write lock, so
 * that no other process can begin to use a file at that moment.
 */
export class Staging {
  readonly #connection: Connection;
  readonly #folder: DataFolder;

  constructor(connection: Connection, folder: DataFolder) {
    this.#connection = connection;
    this.#folder = folder;
  }

  /** Leaves a marker. Inside a transaction it commits with it. */
  begin(): string {
    const id = randomUUID();
    this.#connection.relaxed(() => {
      this.#connection.database
        .prepare('INSERT INTO staging (id, pid, started_at) VALUES (?, ?, ?)')
        .run(id, process.pid, this.#connection.clock.now());
    });
    return id;
  }

  /** Deletes those of the blobs that no instance uses, and the marker. While another import runs, the next sweep does it. */
  end(id: string, candidates: readonly string[]): void {
    const { database } = this.#connection;
    this.#connection.relaxed(() => {
      const isUsed = this.#usage();
      const unused = candidates.filter((sha256) => !isUsed(sha256));
      if (unused.length > 0 && this.#othersLive(id)) {
        database.prepare('UPDATE staging SET pid = ? WHERE id = ?').run(NOBODY, id);
        return;
      }
      for (const sha256 of unused) this.#delete(sha256);
      database.prepare('DELETE FROM staging WHERE id = ?').run(id);
    });
  }

  /** At opening: what a killed import or removal left. Costs nothing where nothing was left. */
  sweep(now = Date.now()): void {
    for (const file of filesUnder(this.#folder.temporary)) {
      if (file.changedAt < now - OLD_MS) unlinkSync(file.path);
    }
    const { database } = this.#connection;
    const count = database.prepare<[], number>('SELECT count(*) FROM staging').pluck();
    if (count.get() === 0) return;
    this.#connection.relaxed(() => {
      if (this.#othersLive('')) return;
      const isUsed = this.#usage();
      let young = false;
      for (const file of filesUnder(this.#folder.blobs)) {
        if (isUsed(file.name)) continue;
        if (file.changedAt < now - OLD_MS) this.#delete(file.name);
        else young = true;
      }
      if (!young) database.prepare('DELETE FROM staging').run();
    });
  }

  #usage(): (sha256: string) => boolean {
    const used = this.#connection.database.prepare('SELECT 1 FROM instances WHERE sha256 = ? LIMIT 1');
    return (sha256) => used.get(sha256) !== undefined;
  }

  #othersLive(id: string): boolean {
    const pids = this.#connection.database
      .prepare<[string], number>('SELECT pid FROM staging WHERE id <> ?')
      .pluck();
    return pids.all(id).some(lives);
  }

  #delete(sha256: string): void {
    deleteBlob(this.#folder, sha256);
    this.#connection.database.prepare('DELETE FROM blobs WHERE sha256 = ?').run(sha256);
  }
}
