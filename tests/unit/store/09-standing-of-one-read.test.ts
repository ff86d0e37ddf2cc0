import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { temporaryStore } from './parts.ts';

it.each(['standing_of_final_read', 'standing_of_reopened_read'])(
  '%s looks up the reads of one study, and goes through no table',
  (trigger) => {
    const database = new Database(join(temporaryStore().directory, 'overread.db'), { readonly: true });
    const sql = database
      .prepare<[string], string>('SELECT sql FROM sqlite_schema WHERE name = ?')
      .pluck()
      .get(trigger);
    const statement = /BEGIN\s+([\s\S]+);\s+END/.exec(sql ?? '')?.[1]?.replaceAll(/(NEW|OLD)\.read_id/g, '?');
    expect(statement).toContain('INSERT OR REPLACE INTO standings');
    const plan = database
      .prepare<[string], { detail: string }>(`EXPLAIN QUERY PLAN ${statement ?? ''}`)
      .all('x');
    database.close();
    const steps = plan.map(({ detail }) => detail);
    expect(steps.filter((step) => step.startsWith('SEARCH'))).toHaveLength(3);
    expect(steps.filter((step) => step.startsWith('SCAN'))).toEqual([]);
  },
);
