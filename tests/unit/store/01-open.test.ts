import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { migrate } from '../../../electron/store/migrate.ts';
import { migrations } from '../../../electron/store/migrations/index.ts';
import { openStore } from '../../../electron/store/open-store.ts';
import { storeOne, temporaryFolder, temporaryStore } from './parts.ts';

const clock = { now: () => '2026-01-01T00:00:00.000Z' };
const posix = process.platform !== 'win32';

function mode(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

function everything(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name));
}

describe('opening a data folder', () => {
  it('makes it and opens it again with what it held', () => {
    const directory = join(temporaryFolder(), 'deep', 'data');
    const first = openStore({ directory });
    const study = storeOne(first);
    first.close();
    expect(temporaryStore(directory).studies.has(study)).toBe(true);
  });

  it.runIf(posix)('is readable by its owner alone, whatever the umask', () => {
    const directory = join(temporaryFolder(), 'data');
    const before = process.umask(0);
    try {
      const store = temporaryStore(directory);
      storeOne(store);
      expect(mode(directory)).toBe('700');
      for (const path of everything(directory)) {
        expect([path, mode(path)]).toEqual([path, statSync(path).isDirectory() ? '700' : '600']);
      }
      expect(everything(directory).length).toBeGreaterThan(5);
    } finally {
      process.umask(before);
    }
  });

  it.runIf(posix)('closes an existing folder of ours that stood open', () => {
    const directory = join(temporaryFolder(), 'data');
    openStore({ directory }).close();
    chmodSync(directory, 0o755);
    temporaryStore(directory);
    expect(mode(directory)).toBe('700');
  });

  it.runIf(posix)('does not take over a folder that others use', () => {
    const directory = temporaryFolder();
    writeFileSync(join(directory, 'letter.txt'), 'not ours');
    chmodSync(directory, 0o755);
    expect(() => openStore({ directory })).toThrow(expect.objectContaining({ code: 'data-folder-not-ours' }));
    expect(mode(directory)).toBe('755');
  });

  it.runIf(posix)('takes a folder in which a site has laid its policy before the first start', () => {
    const directory = temporaryFolder();
    writeFileSync(join(directory, 'policy.json'), '{}');
    chmodSync(directory, 0o755);
    temporaryStore(directory);
    expect(mode(directory)).toBe('700');
  });

  it('says what is wrong where the folder is a file or the database is none', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    expect(() => openStore({ directory: join(folder, 'file') })).toThrow(
      expect.objectContaining({ type: 'unavailable', code: 'data-folder' }),
    );
    mkdirSync(join(folder, 'broken'));
    writeFileSync(
      join(folder, 'broken', 'overread.db'),
      'this is no database, but long enough to look\n'.repeat(200),
    );
    expect(() => openStore({ directory: join(folder, 'broken') })).toThrow(
      expect.objectContaining({ type: 'unavailable', code: 'data-damaged' }),
    );
  });

  it('refuses a key rather than ignoring it, since nothing is encrypted yet', () => {
    expect(() => openStore({ directory: temporaryFolder(), key: new Uint8Array(32) })).toThrow(
      expect.objectContaining({ code: 'encryption-absent' }),
    );
  });

  it('lets two connections write in turns', () => {
    const directory = join(temporaryFolder(), 'data');
    const one = temporaryStore(directory);
    const two = temporaryStore(directory);
    storeOne(one, {}, 'one');
    storeOne(two, { studyInstanceUID: '1.9', seriesInstanceUID: '1.9.1', sopInstanceUID: '1.9.1.1' }, 'two');
    expect(one.studies.list({ limit: 9, offset: 0, readerId: null }).total).toBe(2);
    expect(one.audit.verify()).toEqual({ entries: 2, brokenAt: null });
  });
});

describe('migrations', () => {
  it('are applied once, in one go', () => {
    const directory = join(temporaryFolder(), 'data');
    openStore({ directory }).close();
    openStore({ directory }).close();
    const database = new Database(join(directory, 'overread.db'), { readonly: true });
    expect(database.prepare('SELECT id FROM migrations').pluck().all()).toEqual(
      migrations.map(({ id }) => id),
    );
    database.close();
  });

  it('leave nothing behind when one of them fails', () => {
    const database = new Database(':memory:');
    const broken = [
      ...migrations,
      { id: (migrations.at(-1)?.id ?? 0) + 1, name: 'broken', up: 'CREATE TABLE half (x); NONSENSE' },
    ];
    expect(() => migrate(database, broken, clock)).toThrow(/syntax/);
    expect(database.prepare("SELECT count(*) FROM sqlite_master WHERE type = 'table'").pluck().get()).toBe(0);
  });

  it('refuse a folder that a newer build wrote', () => {
    const directory = join(temporaryFolder(), 'data');
    openStore({ directory }).close();
    const database = new Database(join(directory, 'overread.db'));
    database.prepare("INSERT INTO migrations VALUES (999, 'future', 'x', 'x')").run();
    database.close();
    expect(() => openStore({ directory })).toThrow(
      expect.objectContaining({ type: 'unavailable', code: 'data-newer' }),
    );
  });

  it('refuse to go on where an applied one was edited', () => {
    const database = new Database(':memory:');
    migrate(database, migrations, clock);
    const [first, ...rest] = migrations;
    if (first === undefined) throw new Error('no migrations');
    expect(() => migrate(database, [{ ...first, up: `${first.up} ` }, ...rest], clock)).toThrow(
      expect.objectContaining({ code: 'data-migration-changed' }),
    );
  });
});

describe('what a kill left', () => {
  const HOURS_AGO = new Date(Date.now() - 2 * 3600 * 1000);

  it('is swept at the next opening: old files that nothing names, and old files in tmp', () => {
    const directory = join(temporaryFolder(), 'data');
    const first = openStore({ directory });
    storeOne(first);
    const kept = first.studies.instance('1.2.3.1.1.1').location.path;
    first.blobs.put(Buffer.from('orphan'), 'b'.repeat(64));
    const orphan = first.blobs.locate('b'.repeat(64)).path;
    const half = join(directory, 'tmp', 'half');
    writeFileSync(half, 'half');
    for (const path of [kept, orphan, half]) utimesSync(path, HOURS_AGO, HOURS_AGO);
    first.close();
    // The marker of an importer that no longer lives.
    const database = new Database(join(directory, 'overread.db'));
    database.prepare("INSERT INTO staging VALUES ('dead', 0, '2026-01-01')").run();
    database.close();

    temporaryStore(directory);
    expect([kept, orphan, half].map((path) => existsSync(path))).toEqual([true, false, false]);
  });

  it('is left alone while it is young, or while any import lives', () => {
    const directory = join(temporaryFolder(), 'data');
    const importing = temporaryStore(directory);
    const staging = importing.blobs.beginStaging();
    importing.blobs.put(Buffer.from('staged'), 'c'.repeat(64));
    const staged = importing.blobs.locate('c'.repeat(64)).path;
    utimesSync(staged, HOURS_AGO, HOURS_AGO);
    openStore({ directory }).close();
    expect(existsSync(staged)).toBe(true);
    staging.end(['c'.repeat(64)]);
    expect(existsSync(staged)).toBe(false);
  });
});
