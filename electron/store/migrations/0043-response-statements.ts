import type { Migration } from './migration.ts';

/**
 * What a reader states for the response of lesions by RECIST 1.1: which findings of a baseline are targets, and what was seen of them at a
 * later study. Rows stay: what is taken back is another row, and the newest that holds counts.
 */
export const responseStatements: Migration = {
  id: 43,
  name: 'response-statements',
  up: `
    CREATE TABLE response_statements (
      id TEXT PRIMARY KEY,
      study_id INTEGER NOT NULL REFERENCES studies (id),
      read_id TEXT NOT NULL REFERENCES reads (id),
      baseline_study_id INTEGER NOT NULL REFERENCES studies (id),
      baseline_read_id TEXT NOT NULL REFERENCES reads (id),
      reader_id TEXT NOT NULL REFERENCES readers (id),
      kind TEXT NOT NULL CHECK (kind IN ('targets', 'time-point', 'undo')),
      content TEXT NOT NULL CHECK (json_valid(content)),
      undoes TEXT REFERENCES response_statements (id),
      after_commit INTEGER NOT NULL CHECK (after_commit IN (0, 1)),
      reason TEXT NOT NULL,
      at TEXT NOT NULL,
      CHECK ((kind = 'undo') = (undoes IS NOT NULL)),
      CHECK (after_commit = 0 OR reason <> '')
    ) STRICT;
    CREATE INDEX response_statements_of_reader ON response_statements (reader_id);
    CREATE INDEX response_statements_of_study ON response_statements (study_id);
    CREATE INDEX response_statements_of_baseline ON response_statements (baseline_study_id);
    CREATE UNIQUE INDEX response_statements_undone ON response_statements (undoes) WHERE undoes IS NOT NULL;
    CREATE TRIGGER response_statements_never_change BEFORE UPDATE ON response_statements BEGIN
      SELECT RAISE(ABORT, 'a statement of response never changes; another row takes it back');
    END;
    CREATE TRIGGER response_statements_stay BEFORE DELETE ON response_statements
    WHEN NOT EXISTS (SELECT 1 FROM removal WHERE study_id IN (OLD.study_id, OLD.baseline_study_id)) BEGIN
      SELECT RAISE(ABORT, 'a statement of response is never deleted by itself');
    END;
    CREATE TRIGGER response_statements_are_not_replaced BEFORE INSERT ON response_statements
    WHEN EXISTS (SELECT 1 FROM response_statements WHERE id = NEW.id) BEGIN
      SELECT RAISE(ABORT, 'a statement of response never changes; another row takes it back');
    END;
  `,
};
