import type { Migration } from './migration.ts';

/**
 * Four verdicts instead of two, and what a modified finding says; how long a read took. Rows of before stay as they were written (`agree` and `disagree`; the
 * repository reads them as accept and reject). Addenda: what a reader adds to a committed read, each signed like the read.
 */
export const reconciling: Migration = {
  id: 16,
  name: 'reconciling',
  up: `
    CREATE TABLE assessments_new (
      id INTEGER PRIMARY KEY,
      read_id TEXT NOT NULL REFERENCES reads (id),
      item_id TEXT NOT NULL,
      verdict TEXT NOT NULL CHECK (verdict IN ('agree', 'disagree', 'accept', 'reject', 'modify', 'defer')),
      reason TEXT NOT NULL,
      comment TEXT NOT NULL,
      -- JSON of the finding as the reader wants it, for 'modify'.
      finding TEXT CHECK ((verdict = 'modify') = (finding IS NOT NULL)),
      assessed_at TEXT NOT NULL
    ) STRICT;
    INSERT INTO assessments_new (id, read_id, item_id, verdict, reason, comment, assessed_at)
      SELECT id, read_id, item_id, verdict, reason, comment, assessed_at FROM assessments;
    DROP TABLE assessments;
    ALTER TABLE assessments_new RENAME TO assessments;
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

    CREATE TRIGGER assessments_are_not_replaced BEFORE INSERT ON assessments
    WHEN EXISTS (SELECT 1 FROM assessments WHERE id = NEW.id) BEGIN
      SELECT RAISE(ABORT, 'an assessment never changes; a later one counts');
    END;

    -- Idle time left out; null in reads from before it was measured.
    ALTER TABLE reads ADD COLUMN active_seconds REAL;
    -- The site's mode at the commit, and when the AI was shown before it; null: blind first, and not.
    ALTER TABLE reads ADD COLUMN ai_mode TEXT;
    ALTER TABLE reads ADD COLUMN ai_shown_at TEXT;

    CREATE TABLE addenda (
      id TEXT PRIMARY KEY,
      read_id TEXT NOT NULL REFERENCES reads (id),
      -- 1 for the first of a read.
      number INTEGER NOT NULL,
      text TEXT NOT NULL,
      created_at TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      signature TEXT NOT NULL,
      UNIQUE (read_id, number)
    ) STRICT;
    CREATE TRIGGER addenda_never_change BEFORE UPDATE ON addenda BEGIN
      SELECT RAISE(ABORT, 'an addendum never changes');
    END;
    CREATE TRIGGER addenda_stay BEFORE DELETE ON addenda
    WHEN NOT EXISTS (
      SELECT 1 FROM removal JOIN reads ON reads.study_id = removal.study_id WHERE reads.id = OLD.read_id
    ) BEGIN
      SELECT RAISE(ABORT, 'an addendum is never deleted by itself');
    END;
    CREATE TRIGGER addenda_are_not_replaced BEFORE INSERT ON addenda
    WHEN EXISTS (SELECT 1 FROM addenda WHERE id = NEW.id OR (read_id = NEW.read_id AND number = NEW.number)) BEGIN
      SELECT RAISE(ABORT, 'an addendum never changes');
    END;
  `,
};
