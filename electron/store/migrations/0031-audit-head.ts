import type { Migration } from './migration.ts';

/**
 * Where the trail ends. The chain holds as well without its newest links: this says how many there were, and which was the last. (Whoever
 * changes this row too is found by a copy of the last hash elsewhere: each backup keeps one; and by the rows that the cut entries told of.)
 */
export const auditHead: Migration = {
  id: 31,
  name: 'audit-head',
  up: `
    CREATE TABLE audit_head (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      sequence INTEGER NOT NULL,
      hash TEXT NOT NULL
    ) STRICT;
    INSERT INTO audit_head (one, sequence, hash)
      SELECT 1, coalesce(max(sequence), 0), coalesce((SELECT hash FROM audit ORDER BY sequence DESC LIMIT 1), '') FROM audit;
    CREATE TRIGGER audit_head_follows AFTER INSERT ON audit BEGIN
      UPDATE audit_head SET sequence = NEW.sequence, hash = NEW.hash;
    END;
    CREATE TRIGGER audit_head_only_grows BEFORE UPDATE ON audit_head
    WHEN NEW.sequence IS NOT OLD.sequence + 1 BEGIN
      SELECT RAISE(ABORT, 'the audit trail only grows at its end');
    END;
    CREATE TRIGGER audit_head_stays BEFORE DELETE ON audit_head BEGIN
      SELECT RAISE(ABORT, 'the audit trail is never deleted');
    END;
  `,
};
