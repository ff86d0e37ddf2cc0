import type { Migration } from './migration.ts';

/**
 * A result made before a person stated other facts says nothing of the study as it now stands: until the models have run again there is
 * none. Kept apart from the studies, as the results are.
 */
export const outdatedResults: Migration = {
  id: 6,
  name: 'outdated-results',
  up: `
    CREATE TABLE outdated_results (
      study_id INTEGER PRIMARY KEY REFERENCES studies (id) ON DELETE CASCADE,
      through_result INTEGER NOT NULL
    ) STRICT;
    CREATE TRIGGER stated_facts_outdate_results AFTER UPDATE OF stated ON studies
    WHEN NEW.stated <> OLD.stated BEGIN
      INSERT INTO outdated_results (study_id, through_result)
      VALUES (NEW.id, coalesce((SELECT max(id) FROM results WHERE study_id = NEW.id), 0))
      ON CONFLICT (study_id) DO UPDATE SET through_result = excluded.through_result;
    END;
  `,
};
