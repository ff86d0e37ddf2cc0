import type { Migration } from './migration.ts';

/**
 * Orders and reports of HL7 v2 messages with the studies to which they belong. Those that were imported are for every reader and stay as they
 * are: a later version is another row. Those that a reader pasted are that reader's own.
 */
export const filedMessages: Migration = {
  id: 42,
  name: 'filed-messages',
  up: `
    CREATE TABLE filed_messages (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      study_id INTEGER NOT NULL REFERENCES studies (id),
      reader_id TEXT REFERENCES readers (id),
      control_id TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      part INTEGER NOT NULL,
      content TEXT NOT NULL CHECK (json_valid(content)),
      filed_at TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX filed_messages_once ON filed_messages (study_id, coalesce(reader_id, ''), sha256, control_id, part);
    CREATE INDEX filed_messages_of_message ON filed_messages (sha256, part);
    CREATE INDEX studies_of_accession ON studies (accession_number) WHERE accession_number <> '';
    CREATE TRIGGER filed_messages_never_change BEFORE UPDATE ON filed_messages BEGIN
      SELECT RAISE(ABORT, 'a filed message never changes; a later version is another row');
    END;
    CREATE TRIGGER filed_messages_stay BEFORE DELETE ON filed_messages
    WHEN OLD.reader_id IS NULL AND NOT EXISTS (SELECT 1 FROM removal WHERE study_id = OLD.study_id) BEGIN
      SELECT RAISE(ABORT, 'a filed message is never deleted by itself');
    END;
    CREATE TRIGGER filed_messages_are_not_replaced BEFORE INSERT ON filed_messages
    WHEN EXISTS (SELECT 1 FROM filed_messages WHERE id = NEW.id) BEGIN
      SELECT RAISE(ABORT, 'a filed message never changes; a later version is another row');
    END;
  `,
};
