import type { Migration } from './migration.ts';

/** Reports: one draft and one signed report a read. What is signed never changes; addenda are rows that stay. */
export const reports: Migration = {
  id: 33,
  name: 'reports',
  up: `
    CREATE TABLE report_drafts (
      read_id TEXT PRIMARY KEY REFERENCES reads (id),
      content TEXT NOT NULL CHECK (json_valid(content)),
      based_on TEXT NOT NULL,
      updated_at TEXT NOT NULL
    ) STRICT;

    CREATE TABLE reports (
      id TEXT PRIMARY KEY,
      study_id INTEGER NOT NULL REFERENCES studies (id),
      read_id TEXT NOT NULL UNIQUE REFERENCES reads (id),
      read_sha256 TEXT NOT NULL,
      reader_id TEXT NOT NULL REFERENCES readers (id),
      reader_name TEXT NOT NULL,
      content TEXT NOT NULL CHECK (json_valid(content)),
      acknowledged TEXT NOT NULL CHECK (json_valid(acknowledged)),
      based_on TEXT NOT NULL,
      signed_at TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      signature TEXT NOT NULL
    ) STRICT;
    CREATE INDEX reports_of_study ON reports (study_id);
    CREATE TRIGGER reports_never_change BEFORE UPDATE ON reports BEGIN
      SELECT RAISE(ABORT, 'a signed report never changes');
    END;
    CREATE TRIGGER reports_stay BEFORE DELETE ON reports
    WHEN NOT EXISTS (SELECT 1 FROM removal WHERE study_id = OLD.study_id) BEGIN
      SELECT RAISE(ABORT, 'a signed report is never deleted by itself');
    END;
    CREATE TRIGGER reports_are_not_replaced BEFORE INSERT ON reports
    WHEN EXISTS (SELECT 1 FROM reports WHERE id = NEW.id OR read_id = NEW.read_id) BEGIN
      SELECT RAISE(ABORT, 'a signed report never changes');
    END;

    CREATE TABLE report_addenda (
      id TEXT PRIMARY KEY,
      report_id TEXT NOT NULL REFERENCES reports (id),
      number INTEGER NOT NULL,
      text TEXT NOT NULL,
      signed_at TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      signature TEXT NOT NULL,
      UNIQUE (report_id, number)
    ) STRICT;
    CREATE TRIGGER report_addenda_never_change BEFORE UPDATE ON report_addenda BEGIN
      SELECT RAISE(ABORT, 'an addendum never changes');
    END;
    CREATE TRIGGER report_addenda_stay BEFORE DELETE ON report_addenda
    WHEN NOT EXISTS (
      SELECT 1 FROM removal JOIN reports ON reports.study_id = removal.study_id WHERE reports.id = OLD.report_id
    ) BEGIN
      SELECT RAISE(ABORT, 'an addendum is never deleted by itself');
    END;
    CREATE TRIGGER report_addenda_are_not_replaced BEFORE INSERT ON report_addenda
    WHEN EXISTS (SELECT 1 FROM report_addenda WHERE id = NEW.id) BEGIN
      SELECT RAISE(ABORT, 'an addendum never changes');
    END;
  `,
};
