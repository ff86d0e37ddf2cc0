import type { Migration } from './migration.ts';

/**
 * What the network gave for each image of a result, packed: what a replay is laid beside. Apart from the record, which the queue reads
 * of every study.
 */
export const rawOutputs: Migration = {
  id: 11,
  name: 'raw-outputs',
  up: `
    CREATE TABLE result_outputs (
      result_id INTEGER NOT NULL REFERENCES results (id),
      sop_instance_uid TEXT NOT NULL,
      frame INTEGER NOT NULL,
      output TEXT NOT NULL,
      shape TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      data BLOB NOT NULL,
      PRIMARY KEY (result_id, sop_instance_uid, frame, output)
    ) STRICT;
    CREATE INDEX results_by_time ON results (created_at);
    CREATE TRIGGER result_outputs_never_change BEFORE UPDATE ON result_outputs BEGIN
      SELECT RAISE(ABORT, 'what a network gave never changes');
    END;
  `,
};
