import type { Migration } from './migration.ts';

/** Clinical texts that a reader pasted beside a study: the reader's own, since such words may tell of another's read. */
export const clinicalNotes: Migration = {
  id: 34,
  name: 'clinical-notes',
  up: `
    CREATE TABLE clinical_notes (
      id TEXT PRIMARY KEY,
      study_id INTEGER NOT NULL REFERENCES studies (id),
      reader_id TEXT NOT NULL REFERENCES readers (id),
      title TEXT NOT NULL,
      text TEXT NOT NULL,
      added_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX clinical_notes_of ON clinical_notes (study_id, reader_id);
  `,
};
