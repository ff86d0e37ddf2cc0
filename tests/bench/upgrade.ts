import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { migrate } from '../../electron/store/migrate.ts';
import { migrations } from '../../electron/store/migrations/index.ts';
import type { BenchRow } from './bench-row.ts';
import { fillPeers } from './worklist-peers.ts';
import { fillStudies } from './worklist-rows.ts';

const STUDIES = 1_000_000;
/** The shape of a folder before the worklist was made for work: the upgrades after it rewrite what there is. */
const BEFORE = 17;
/** A person at the screen waits once, with a line that says for what. */
const AIM_S = 180;
const COPIED = ['studies', 'readers', 'reads', 'finals', 'results'] as const;

const clock = { now: () => '2026-01-01T00:00:00.000Z' };

function columnsOf(database: Database.Database, table: string, schema: string): string[] {
  return database
    .prepare<[string, string], string>('SELECT name FROM pragma_table_info(?, ?)')
    .pluck()
    .all(table, schema);
}

/** Fills a folder of an earlier shape with what a folder of today's holds, as far as it had a place for it. */
function fillBefore(database: Database.Database, today: string): void {
  database.prepare('ATTACH ? AS today').run(today);
  const trigger = database
    .prepare<[], string>("SELECT sql FROM main.sqlite_schema WHERE name = 'study_search_insert'")
    .pluck()
    .get();
  if (trigger === undefined) throw new Error('there is no trigger study_search_insert');
  database.exec('DROP TRIGGER study_search_insert');
  database.transaction(() => {
    for (const table of COPIED) {
      const theirs = new Set(columnsOf(database, table, 'today'));
      const columns = columnsOf(database, table, 'main')
        .filter((name) => theirs.has(name))
        .join(', ');
      database.exec(`INSERT INTO main.${table} (${columns}) SELECT ${columns} FROM today.${table}`);
    }
  })();
  database.exec("INSERT INTO study_search (study_search) VALUES ('rebuild')");
  database.exec(trigger);
  database.exec('DETACH today');
}

/** A folder of a million studies from an earlier build is brought to this build's shape. */
export async function run(): Promise<BenchRow[]> {
  const root = mkdtempSync(join(tmpdir(), 'overread-bench-'));
  try {
    const today = join(root, 'today');
    const { readerId } = fillStudies(today, STUDIES);
    fillPeers(today, readerId);
    mkdirSync(join(root, 'before'));
    const database = new Database(join(root, 'before', 'overread.db'));
    database.pragma('journal_mode = WAL');
    migrate(
      database,
      migrations.filter(({ id }) => id <= BEFORE),
      clock,
    );
    fillBefore(database, join(today, 'overread.db'));
    const seconds: [string, number][] = [];
    for (const [index, { id, name }] of migrations.entries()) {
      if (id <= BEFORE) continue;
      const start = performance.now();
      migrate(database, migrations.slice(0, index + 1), clock);
      seconds.push([`${String(id)} ${name}`, (performance.now() - start) / 1000]);
    }
    const studies = database.prepare('SELECT count(*) FROM studies').pluck().get();
    if (studies !== STUDIES) throw new Error(`${String(studies)} studies after the upgrade`);
    database.close();
    const total = seconds.reduce((sum, [, one]) => sum + one, 0);
    const row = (name: string, ours: number, judged: boolean): BenchRow => ({
      name,
      ours,
      reference: null,
      unit: 's',
      ratio: null,
      aim: judged ? `≤${AIM_S} s` : 'told, no aim',
      ok: judged ? ours <= AIM_S : null,
    });
    return [
      row(`upgrade of a folder of ${STUDIES.toLocaleString('en')} studies`, total, true),
      ...seconds
        .filter(([, one]) => one >= 1)
        .map(([name, one]) => row(`of it migration ${name}`, one, false)),
    ];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await run(), null, 1)}\n`);
