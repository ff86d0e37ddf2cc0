import type { Migration } from './migration.ts';

/**
 * Readers, their reads and their judgements of the AI. A committed read never changes again: triggers refuse it, whatever the
 * program above does. What happens to a read later (shown the AI, settled) has tables of its own. Only the removal of the whole
 * study, which is named in `removal` for the length of its transaction, takes them away.
 */
export const readersAndReads: Migration = {
  id: 2,
  name: 'readers-and-reads',
  up: `
    CREATE TABLE readers (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL UNIQUE COLLATE NOCASE,
      -- Ed25519, SPKI, base64.
      public_key TEXT NOT NULL,
      -- Ed25519, PKCS #8, base64. Not protected by a password yet: who reads this file can sign as this reader.
      private_key TEXT NOT NULL,
      created_at TEXT NOT NULL
    ) STRICT;

    CREATE TABLE reads (
      id TEXT PRIMARY KEY,
      study_id INTEGER NOT NULL REFERENCES studies (id),
      reader_id TEXT NOT NULL REFERENCES readers (id),
      status TEXT NOT NULL CHECK (status IN ('draft', 'committed')),
      content TEXT NOT NULL,
      created_at TEXT NOT NULL,
      updated_at TEXT NOT NULL,
      committed_at TEXT,
      frames_displayed TEXT NOT NULL,
      frames_not_seen TEXT NOT NULL,
      sha256 TEXT,
      signature TEXT,
      CHECK ((status = 'committed') = (committed_at IS NOT NULL)),
      CHECK ((status = 'committed') = (sha256 IS NOT NULL)),
      CHECK ((status = 'committed') = (signature IS NOT NULL))
    ) STRICT;
    CREATE INDEX reads_of_reader ON reads (study_id, reader_id, created_at);
    CREATE INDEX reads_by_reader ON reads (reader_id);
    CREATE UNIQUE INDEX one_draft ON reads (study_id, reader_id) WHERE status = 'draft';

    CREATE TRIGGER committed_reads_never_change BEFORE UPDATE ON reads WHEN OLD.status = 'committed' BEGIN
      SELECT RAISE(ABORT, 'a committed read never changes');
    END;
    CREATE TRIGGER committed_reads_stay BEFORE DELETE ON reads
    WHEN OLD.status = 'committed' AND NOT EXISTS (SELECT 1 FROM removal WHERE study_id = OLD.study_id) BEGIN
      SELECT RAISE(ABORT, 'a committed read is never deleted by itself');
    END;

    CREATE TABLE reveals (
      read_id TEXT PRIMARY KEY REFERENCES reads (id),
      at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE finals (
      read_id TEXT PRIMARY KEY REFERENCES reads (id),
      at TEXT NOT NULL
    ) STRICT;

    -- Every judgement that was ever made; of one item the last counts.
    CREATE TABLE assessments (
      id INTEGER PRIMARY KEY,
      read_id TEXT NOT NULL REFERENCES reads (id),
      item_id TEXT NOT NULL,
      verdict TEXT NOT NULL CHECK (verdict IN ('agree', 'disagree')),
      reason TEXT NOT NULL,
      comment TEXT NOT NULL,
      assessed_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX assessments_of_read ON assessments (read_id, item_id);
    CREATE TRIGGER assessments_never_change BEFORE UPDATE ON assessments BEGIN
      SELECT RAISE(ABORT, 'an assessment never changes; a later one counts');
    END;
    CREATE TRIGGER assessments_stay BEFORE DELETE ON assessments
    WHEN NOT EXISTS (
      SELECT 1 FROM removal JOIN reads ON reads.study_id = removal.study_id WHERE reads.id = OLD.read_id
    ) BEGIN
      SELECT RAISE(ABORT, 'an assessment is never deleted by itself');
    END;
  `,
};
