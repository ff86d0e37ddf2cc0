import Database from 'better-sqlite3';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { verifyReportSchema } from '../../../electron/shared/command-line.ts';
import { openStore } from '../../../electron/store/open-store.ts';
import { storeOne, temporaryFolder } from '../store/parts.ts';
import { document, overread } from './overread-process.ts';

it('audit verify: trail, reads and consensus, good and edited', async () => {
  const data = join(temporaryFolder(), 'data');
  const store = openStore({ directory: data });
  storeOne(store);
  store.readers.create('Ada');
  store.close();
  const good = await overread(['audit', 'verify', '--data', data, '--json']);
  expect(good.exit).toBe(0);
  expect(verifyReportSchema.parse(document(good))).toMatchObject({
    ok: true,
    checks: [
      { name: 'audit trail', ok: true },
      { name: 'data and trail', ok: true },
      { name: 'committed reads', ok: true },
      { name: 'reports', ok: true },
      { name: 'consensus records', ok: true },
    ],
  });
  const database = new Database(join(data, 'overread.db'));
  for (const name of database
    .prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'")
    .pluck()
    .all())
    database.exec(`DROP TRIGGER ${name}`);
  database.exec("UPDATE audit SET actor = 'somebody' WHERE sequence = 1");
  database.close();
  const bad = await overread(['audit', 'verify', '--data', data]);
  expect(bad.exit).toBe(1);
  expect(bad.out).toContain('BAD   audit trail: the chain is broken at entry 1');
}, 60_000);
