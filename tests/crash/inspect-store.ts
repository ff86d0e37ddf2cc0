import { hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openStore } from '../../electron/store/open-store.ts';
import type { Source } from './source-files.ts';

export interface StoreFacts {
  /** What is wrong, in words. */
  readonly faults: readonly string[];
  /** Studies that are listed. */
  readonly studies: number;
  /** Files in `blobs` that no instance uses, and files in `tmp`. */
  readonly leftovers: readonly string[];
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Makes files look two hours old: what the sweep leaves alone while another process might still be writing it. */
export function age(paths: readonly string[]): void {
  const then = new Date(Date.now() - 2 * 60 * 60 * 1000);
  for (const path of paths) utimesSync(path, then, then);
}

function databaseFaults(path: string): string[] {
  const database = new Database(path);
  try {
    const integrity = database.pragma('integrity_check') as { integrity_check: string }[];
    const foreign = database.pragma('foreign_key_check') as unknown[];
    const faults = integrity.flatMap((row) => (row.integrity_check === 'ok' ? [] : [row.integrity_check]));
    if (foreign.length > 0) faults.push(`${foreign.length} rows name what is not there`);
    if (database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'study_search'").get() !== undefined) {
      database.exec("INSERT INTO study_search (study_search) VALUES ('integrity-check')");
    }
    return faults;
  } catch (thrown) {
    return [`the database: ${String(thrown)}`];
  } finally {
    database.close();
  }
}

/**
 * Opens a data folder as the product does and looks at everything that a kill could have torn. `parts`: numbers of instances that a
 * study may have, where an earlier import put some of it there.
 */
export function inspectStore(directory: string, source: Source, parts: readonly number[] = []): StoreFacts {
  const faults: string[] = [];
  const store = openStore({ directory });
  const used = new Set<string>();
  let studies = 0;
  try {
    const { rows, total } = store.studies.list({ limit: 1000, offset: 0, readerId: null });
    studies = rows.length;
    if (total !== rows.length) faults.push(`${total} studies are counted, ${rows.length} listed`);
    const audited = new Set(store.audit.list(100_000, 0).map(({ studyInstanceUID }) => studyInstanceUID));
    for (const row of rows) {
      const expected = source.studies.get(row.studyInstanceUID);
      const found = store.studies.instancesOf(row.studyInstanceUID);
      if (!expected) faults.push(`${row.studyInstanceUID} is a study that nobody imported`);
      if (found.length !== row.instances)
        faults.push(`${row.studyInstanceUID} says ${row.instances}, has ${found.length}`);
      if (expected && found.length !== expected.size && !parts.includes(found.length)) {
        faults.push(`${row.studyInstanceUID} shows ${found.length} of ${expected.size} instances`);
      }
      if (!audited.has(row.studyInstanceUID)) faults.push(`${row.studyInstanceUID} has no audit entry`);
      for (const { sha256, location } of found) {
        used.add(sha256);
        if (expected && !expected.has(sha256)) faults.push(`${sha256} is a file that nobody imported`);
        if (!existsSync(location.path)) faults.push(`the file of ${sha256} is gone`);
        else if (hash('sha256', readFileSync(location.path)) !== sha256)
          faults.push(`the file of ${sha256} is torn`);
      }
    }
    const { brokenAt, entries } = store.audit.verify();
    if (brokenAt !== null) faults.push(`the audit trail is broken at ${brokenAt} of ${entries}`);
  } catch (thrown) {
    faults.push(`the store: ${String(thrown)}`);
  } finally {
    store.close();
  }
  faults.push(...databaseFaults(join(directory, 'overread.db')));
  const blobs = filesBelow(join(directory, 'blobs')).filter((path) => !used.has(path.slice(-64)));
  return { faults, studies, leftovers: [...blobs, ...filesBelow(join(directory, 'tmp'))] };
}

/** Markers of imports under way; none may be left when all is swept. */
export function stagingRows(directory: string): number {
  const database = new Database(join(directory, 'overread.db'), { readonly: true });
  try {
    return database.prepare<[], number>('SELECT count(*) FROM staging').pluck().get() ?? 0;
  } finally {
    database.close();
  }
}
