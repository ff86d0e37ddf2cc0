import type { Migration } from './migration.ts';

/**
 * Reader studies. A design is a row that stays, a newer one of the same study comes after it, and none after the first read. What programs
 * made up lies in a table of its own, so that no question about reads can find it.
 */
export const readerStudies: Migration = {
  id: 44,
  name: 'reader-studies',
  up: `
    CREATE TABLE trial_designs (
      trial_id TEXT NOT NULL,
      revision INTEGER NOT NULL CHECK (revision > 0),
      design TEXT NOT NULL CHECK (json_valid(design)),
      created_at TEXT NOT NULL,
      PRIMARY KEY (trial_id, revision)
    ) STRICT;

    CREATE TABLE trial_reads (
      id INTEGER PRIMARY KEY,
      trial_id TEXT NOT NULL,
      revision INTEGER NOT NULL,
      reader TEXT NOT NULL,
      case_name TEXT NOT NULL,
      session INTEGER NOT NULL CHECK (session IN (1, 2)),
      content TEXT NOT NULL CHECK (json_valid(content)),
      at TEXT NOT NULL,
      UNIQUE (trial_id, reader, case_name, session),
      FOREIGN KEY (trial_id, revision) REFERENCES trial_designs (trial_id, revision)
    ) STRICT;

    -- What a reader said before the AI was shown: it is locked, and the AI is shown because it is.
    CREATE TABLE trial_blind_parts (
      id INTEGER PRIMARY KEY,
      trial_id TEXT NOT NULL,
      revision INTEGER NOT NULL,
      reader TEXT NOT NULL,
      case_name TEXT NOT NULL,
      content TEXT NOT NULL CHECK (json_valid(content)),
      at TEXT NOT NULL,
      UNIQUE (trial_id, reader, case_name),
      FOREIGN KEY (trial_id, revision) REFERENCES trial_designs (trial_id, revision)
    ) STRICT;

    CREATE TABLE trial_simulations (
      trial_id TEXT NOT NULL,
      run INTEGER NOT NULL CHECK (run > 0),
      revision INTEGER NOT NULL,
      seed INTEGER NOT NULL,
      reads TEXT NOT NULL CHECK (json_valid(reads)),
      at TEXT NOT NULL,
      PRIMARY KEY (trial_id, run),
      FOREIGN KEY (trial_id, revision) REFERENCES trial_designs (trial_id, revision)
    ) STRICT;

    CREATE TRIGGER trials_are_locked BEFORE INSERT ON trial_designs
    WHEN EXISTS (SELECT 1 FROM trial_reads WHERE trial_id = NEW.trial_id)
      OR EXISTS (SELECT 1 FROM trial_blind_parts WHERE trial_id = NEW.trial_id) BEGIN
      SELECT RAISE(ABORT, 'a reader study is locked from its first read on');
    END;
    CREATE TRIGGER trial_designs_never_change BEFORE UPDATE ON trial_designs BEGIN
      SELECT RAISE(ABORT, 'the design of a reader study never changes');
    END;
    CREATE TRIGGER trial_designs_stay BEFORE DELETE ON trial_designs BEGIN
      SELECT RAISE(ABORT, 'the design of a reader study is never deleted');
    END;
    CREATE TRIGGER trial_reads_never_change BEFORE UPDATE ON trial_reads BEGIN
      SELECT RAISE(ABORT, 'a read of a reader study never changes');
    END;
    CREATE TRIGGER trial_reads_stay BEFORE DELETE ON trial_reads BEGIN
      SELECT RAISE(ABORT, 'a read of a reader study is never deleted');
    END;
    CREATE TRIGGER trial_blind_parts_never_change BEFORE UPDATE ON trial_blind_parts BEGIN
      SELECT RAISE(ABORT, 'the blind part of a read never changes');
    END;
    CREATE TRIGGER trial_blind_parts_stay BEFORE DELETE ON trial_blind_parts BEGIN
      SELECT RAISE(ABORT, 'the blind part of a read is never deleted');
    END;
    CREATE TRIGGER trial_simulations_never_change BEFORE UPDATE ON trial_simulations BEGIN
      SELECT RAISE(ABORT, 'a simulation of a reader study never changes');
    END;
    CREATE TRIGGER trial_simulations_stay BEFORE DELETE ON trial_simulations BEGIN
      SELECT RAISE(ABORT, 'a simulation of a reader study is never deleted');
    END;
  `,
};
