import type { Migration } from './migration.ts';

/** As in migration 25: whole numbers, added and taken out again by triggers. */
const sum = (row: 'NEW' | 'OLD', sign: '+' | '-'): string => `
      INSERT INTO reliance_counts (reader_id, model_id, version, label, month, ai, before, after, judged, other, blind, cases)
      VALUES (${row}.reader_id, ${row}.model_id, ${row}.version, ${row}.label, ${row}.month, ${row}.ai, ${row}.before, ${row}.after, ${row}.judged, ${row}.other, ${row}.blind, ${sign}1)
      ON CONFLICT DO UPDATE SET cases = cases + excluded.cases;`;

/**
 * What a reader made of the AI, for that reader: a row a final read, model and label, and the sums. Of each reader by themself; nothing here lays one
 * reader beside another.
 */
export const reliance: Migration = {
  id: 26,
  name: 'reliance',
  up: `
    CREATE TABLE reliance_reads (
      read_id TEXT PRIMARY KEY REFERENCES reads (id),
      study_id INTEGER NOT NULL REFERENCES studies (id),
      reader_id TEXT NOT NULL REFERENCES readers (id),
      month TEXT NOT NULL,
      -- At the study before the commit, idle time left out; null where nobody measured.
      seconds INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX reliance_reads_of_study ON reliance_reads (study_id);
    CREATE INDEX reliance_reads_of_reader ON reliance_reads (reader_id, month, seconds);

    CREATE TABLE reliance_cases (
      study_id INTEGER NOT NULL REFERENCES studies (id),
      read_id TEXT NOT NULL REFERENCES reads (id),
      reader_id TEXT NOT NULL REFERENCES readers (id),
      model_id TEXT NOT NULL,
      version TEXT NOT NULL,
      label TEXT NOT NULL,
      month TEXT NOT NULL,
      -- Whether the AI, the read as committed and the read as it stands have the finding.
      ai INTEGER NOT NULL CHECK (ai IN (0, 1)),
      before INTEGER NOT NULL CHECK (before IN (0, 1)),
      after INTEGER NOT NULL CHECK (after IN (0, 1)),
      -- Whether a consensus, else the other final reads, have it; 2 where nobody has judged it, or they differ.
      judged INTEGER NOT NULL CHECK (judged IN (0, 1, 2)),
      -- A model was positive for another label of the study.
      other INTEGER NOT NULL CHECK (other IN (0, 1)),
      blind INTEGER NOT NULL CHECK (blind IN (0, 1)),
      PRIMARY KEY (study_id, read_id, model_id, label)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE reliance_counts (
      reader_id TEXT NOT NULL, model_id TEXT NOT NULL, version TEXT NOT NULL, label TEXT NOT NULL, month TEXT NOT NULL,
      ai INTEGER NOT NULL, before INTEGER NOT NULL, after INTEGER NOT NULL, judged INTEGER NOT NULL, other INTEGER NOT NULL,
      blind INTEGER NOT NULL,
      cases INTEGER NOT NULL,
      PRIMARY KEY (reader_id, model_id, version, label, month, ai, before, after, judged, other, blind)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER reliance_case_added AFTER INSERT ON reliance_cases BEGIN${sum('NEW', '+')}
    END;
    CREATE TRIGGER reliance_case_taken_out AFTER DELETE ON reliance_cases BEGIN${sum('OLD', '-')}
    END;
    CREATE TRIGGER reliance_cases_are_counted_anew BEFORE UPDATE ON reliance_cases BEGIN
      SELECT RAISE(ABORT, 'a case is taken out and counted anew');
    END;
  `,
};
