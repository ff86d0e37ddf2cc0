import type { Migration } from './migration.ts';

/**
 * Trainings. Their designs are those of reader studies; what happens in them is a row a step in a table of its own, so that no question about
 * reads of a study can find it. `start`: the order of the run. `blind`: the opinion before the AI. `final`: the opinion after it, with what the
 * AI had said. `end`: the run is closed.
 */
export const trainings: Migration = {
  id: 45,
  name: 'trainings',
  up: `
    CREATE TABLE training_steps (
      id INTEGER PRIMARY KEY,
      trial_id TEXT NOT NULL,
      revision INTEGER NOT NULL,
      reader TEXT NOT NULL,
      run INTEGER NOT NULL CHECK (run > 0),
      kind TEXT NOT NULL CHECK (kind IN ('start', 'blind', 'final', 'end')),
      case_name TEXT NOT NULL CHECK ((case_name = '') = (kind IN ('start', 'end'))),
      content TEXT NOT NULL CHECK (json_valid(content)),
      at TEXT NOT NULL,
      UNIQUE (trial_id, reader, run, kind, case_name),
      FOREIGN KEY (trial_id, revision) REFERENCES trial_designs (trial_id, revision)
    ) STRICT;

    CREATE TRIGGER trainings_are_locked BEFORE INSERT ON trial_designs
    WHEN EXISTS (SELECT 1 FROM training_steps WHERE trial_id = NEW.trial_id) BEGIN
      SELECT RAISE(ABORT, 'a training is locked from its first run on');
    END;
    CREATE TRIGGER training_steps_never_change BEFORE UPDATE ON training_steps BEGIN
      SELECT RAISE(ABORT, 'a step of a training never changes');
    END;
    CREATE TRIGGER training_steps_stay BEFORE DELETE ON training_steps BEGIN
      SELECT RAISE(ABORT, 'a step of a training is never deleted');
    END;
  `,
};
