import type { Migration } from './migration.ts';

/** What a reader has begun to write as an addendum and has not signed. */
export const addendumDrafts: Migration = {
  id: 32,
  name: 'addendum-drafts',
  up: `
    CREATE TABLE addendum_drafts (
      read_id TEXT PRIMARY KEY REFERENCES reads (id) ON DELETE CASCADE,
      text TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};
