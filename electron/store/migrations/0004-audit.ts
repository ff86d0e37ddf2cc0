import type { Migration } from './migration.ts';

/**
 * The trail: append-only and chained. The triggers stop a mistake of ours; the chain shows what somebody does to the file
 * itself. (The chain cannot show that its newest links were cut off: that takes a copy of its last hash kept elsewhere.)
 */
export const audit: Migration = {
  id: 4,
  name: 'audit',
  up: `
    CREATE TABLE audit (
      sequence INTEGER PRIMARY KEY,
      at TEXT NOT NULL,
      actor TEXT NOT NULL,
      action TEXT NOT NULL,
      study_uid TEXT,
      detail TEXT NOT NULL,
      previous_hash TEXT NOT NULL CHECK (length(previous_hash) = 64),
      hash TEXT NOT NULL CHECK (length(hash) = 64)
    ) STRICT;
    CREATE INDEX audit_of_study ON audit (study_uid);
    CREATE TRIGGER audit_only_grows BEFORE INSERT ON audit
    WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM audit) BEGIN
      SELECT RAISE(ABORT, 'the audit trail only grows at its end');
    END;
    CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit BEGIN
      SELECT RAISE(ABORT, 'the audit trail never changes');
    END;
    CREATE TRIGGER audit_stays BEFORE DELETE ON audit BEGIN
      SELECT RAISE(ABORT, 'the audit trail is never deleted');
    END;
  `,
};
