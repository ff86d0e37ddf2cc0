import type { Migration } from './migration.ts';

/**
 * What readers keep of the worklist, and who has which study open. A claim says that a reader has a study open and nothing of the read: it
 * begins with the opening and ends with the leaving, whatever was read meanwhile.
 */
export const viewsAndClaims: Migration = {
  id: 21,
  name: 'views-and-claims',
  up: `
    CREATE TABLE saved_views (
      id TEXT PRIMARY KEY,
      reader_id TEXT NOT NULL REFERENCES readers (id),
      name TEXT NOT NULL COLLATE NOCASE,
      position INTEGER NOT NULL,
      query TEXT NOT NULL,
      UNIQUE (reader_id, name)
    ) STRICT;
    CREATE INDEX saved_views_of_reader ON saved_views (reader_id, position);

    CREATE TABLE claims (
      study_id INTEGER NOT NULL REFERENCES studies (id) ON DELETE CASCADE,
      reader_id TEXT NOT NULL REFERENCES readers (id),
      -- Another at each opening: what ends an earlier one does not end this.
      id TEXT NOT NULL,
      since TEXT NOT NULL,
      -- When the reader last did something there.
      active_at TEXT NOT NULL,
      PRIMARY KEY (study_id, reader_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX claims_by_activity ON claims (active_at);
  `,
};
