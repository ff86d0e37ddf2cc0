import type { Migration } from './migration.ts';

/**
 * What two readers hold together of a study: the content is what is hashed and signed, each decision a row with its signature. And which
 * results are positive, for sites whose policy shows the AI first: kept apart from the studies, as the results are.
 */
export const consensusAndTriage: Migration = {
  id: 23,
  name: 'consensus-and-triage',
  up: `
    CREATE TABLE consensuses (
      id TEXT PRIMARY KEY,
      study_id INTEGER NOT NULL REFERENCES studies (id),
      -- By the time of their commits.
      first_read TEXT NOT NULL REFERENCES reads (id),
      second_read TEXT NOT NULL REFERENCES reads (id),
      first_reader TEXT NOT NULL REFERENCES readers (id),
      second_reader TEXT NOT NULL REFERENCES readers (id),
      proposed_by TEXT NOT NULL REFERENCES readers (id),
      proposed_at TEXT NOT NULL,
      -- JSON: all that is hashed.
      content TEXT NOT NULL CHECK (json_valid(content)),
      sha256 TEXT NOT NULL,
      -- Follows from the signatures and from what came after.
      state TEXT NOT NULL CHECK (state IN ('proposed', 'agreed', 'no-consensus', 'withdrawn', 'replaced')),
      CHECK (first_read <> second_read AND first_reader <> second_reader),
      CHECK (proposed_by IN (first_reader, second_reader))
    ) STRICT;
    CREATE INDEX consensuses_of_study ON consensuses (study_id);
    CREATE INDEX consensuses_open ON consensuses (state) WHERE state = 'proposed';
    CREATE TRIGGER consensuses_never_change
    BEFORE UPDATE OF id, study_id, first_read, second_read, first_reader, second_reader, proposed_by, proposed_at, content, sha256 ON consensuses BEGIN
      SELECT RAISE(ABORT, 'a consensus never changes');
    END;
    CREATE TRIGGER answered_consensuses_stay_so BEFORE UPDATE OF state ON consensuses WHEN OLD.state <> 'proposed' BEGIN
      SELECT RAISE(ABORT, 'a consensus that is answered stays so');
    END;
    CREATE TRIGGER consensuses_stay BEFORE DELETE ON consensuses
    WHEN NOT EXISTS (SELECT 1 FROM removal WHERE study_id = OLD.study_id) BEGIN
      SELECT RAISE(ABORT, 'a consensus is never deleted by itself');
    END;
    CREATE TRIGGER consensuses_are_not_replaced BEFORE INSERT ON consensuses
    WHEN EXISTS (SELECT 1 FROM consensuses WHERE id = NEW.id) BEGIN
      SELECT RAISE(ABORT, 'a consensus never changes');
    END;

    CREATE TABLE consensus_signatures (
      id INTEGER PRIMARY KEY,
      consensus_id TEXT NOT NULL REFERENCES consensuses (id),
      reader_id TEXT NOT NULL REFERENCES readers (id),
      decision TEXT NOT NULL CHECK (decision IN ('propose', 'agree', 'no-consensus', 'withdraw')),
      words TEXT NOT NULL,
      at TEXT NOT NULL,
      signature TEXT NOT NULL
    ) STRICT;
    CREATE INDEX consensus_signatures_of ON consensus_signatures (consensus_id, id);
    CREATE TRIGGER consensus_signatures_never_change BEFORE UPDATE ON consensus_signatures BEGIN
      SELECT RAISE(ABORT, 'a signature never changes');
    END;
    CREATE TRIGGER consensus_signatures_stay BEFORE DELETE ON consensus_signatures
    WHEN NOT EXISTS (
      SELECT 1 FROM removal JOIN consensuses ON consensuses.study_id = removal.study_id WHERE consensuses.id = OLD.consensus_id
    ) BEGIN
      SELECT RAISE(ABORT, 'a signature is never deleted by itself');
    END;
    CREATE TRIGGER consensus_signatures_are_not_replaced BEFORE INSERT ON consensus_signatures
    WHEN EXISTS (SELECT 1 FROM consensus_signatures WHERE id = NEW.id) BEGIN
      SELECT RAISE(ABORT, 'a signature never changes');
    END;

    -- Which studies have a proposal between this reader and another, to be signed by either.
    CREATE VIEW consensus_of AS
      SELECT first_reader AS reader_id, study_id FROM consensuses WHERE state = 'proposed'
      UNION
      SELECT second_reader, study_id FROM consensuses WHERE state = 'proposed';

    -- Results with a finding at or above the model's balanced operating point; the highest of them.
    CREATE TABLE positive_results (
      result_id INTEGER PRIMARY KEY REFERENCES results (id),
      study_id INTEGER NOT NULL REFERENCES studies (id),
      model_id TEXT NOT NULL,
      label TEXT NOT NULL,
      score REAL NOT NULL
    ) STRICT;
    CREATE INDEX positive_results_of_study ON positive_results (study_id);
    CREATE TRIGGER results_that_are_positive AFTER INSERT ON results BEGIN
      INSERT INTO positive_results (result_id, study_id, model_id, label, score)
      SELECT NEW.id, NEW.study_id, NEW.model_id, json_extract(value, '$.label'), json_extract(value, '$.score')
      FROM json_each(NEW.record, '$.result.findings') WHERE json_extract(value, '$.operatingPoint') = 'balanced'
      ORDER BY json_extract(value, '$.score') DESC LIMIT 1;
    END;
    INSERT INTO positive_results (result_id, study_id, model_id, label, score)
      SELECT id, study_id, model_id, label, score FROM (
        SELECT results.id, study_id, model_id, json_extract(value, '$.label') AS label, max(json_extract(value, '$.score')) AS score
        FROM results, json_each(record, '$.result.findings')
        WHERE json_extract(value, '$.operatingPoint') = 'balanced' GROUP BY results.id
      );
    -- Of each model's newest result alone, and of none from before other facts were stated.
    CREATE VIEW positives AS
      SELECT study_id, model_id, label, score, result_id FROM positive_results AS one
      WHERE result_id > coalesce((SELECT through_result FROM outdated_results WHERE outdated_results.study_id = one.study_id), 0)
        AND NOT EXISTS (
          SELECT 1 FROM results WHERE results.study_id = one.study_id AND results.model_id = one.model_id AND results.id > one.result_id
        );
  `,
};
