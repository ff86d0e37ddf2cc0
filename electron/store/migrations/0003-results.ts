import type { Migration } from './migration.ts';

/** What the models gave: the full record of every run, and its maps. Kept apart from the studies, so that no list joins it by accident. */
export const results: Migration = {
  id: 3,
  name: 'results',
  up: `
    CREATE TABLE results (
      id INTEGER PRIMARY KEY,
      record_id TEXT NOT NULL UNIQUE,
      study_id INTEGER NOT NULL REFERENCES studies (id),
      model_id TEXT NOT NULL,
      created_at TEXT NOT NULL,
      record TEXT NOT NULL
    ) STRICT;
    CREATE INDEX results_newest ON results (study_id, model_id, id DESC);
    CREATE TRIGGER results_never_change BEFORE UPDATE ON results BEGIN
      SELECT RAISE(ABORT, 'a result never changes; a later one counts');
    END;
    CREATE TRIGGER results_stay BEFORE DELETE ON results
    WHEN NOT EXISTS (SELECT 1 FROM removal WHERE study_id = OLD.study_id) BEGIN
      SELECT RAISE(ABORT, 'a result is never deleted by itself');
    END;

    CREATE TABLE result_maps (
      result_id INTEGER NOT NULL REFERENCES results (id),
      output_id TEXT NOT NULL,
      sop_instance_uid TEXT NOT NULL,
      frame INTEGER NOT NULL,
      model_id TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('mask', 'heatmap')),
      png BLOB NOT NULL,
      PRIMARY KEY (result_id, output_id, sop_instance_uid, frame)
    ) STRICT;
  `,
};
