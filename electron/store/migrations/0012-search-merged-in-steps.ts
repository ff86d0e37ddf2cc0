import type { Migration } from './migration.ts';

/**
 * The search index is merged a little with each study. Left to itself it takes a new segment with every study and merges sixteen at once
 * when there are so many: of a large store, everything in one import, which the window waits for.
 */
export const searchMergedInSteps: Migration = {
  id: 12,
  name: 'search-merged-in-steps',
  up: `
    DROP TRIGGER study_search_update;
    CREATE TRIGGER study_search_update AFTER UPDATE OF search ON studies BEGIN
      INSERT INTO study_search (study_search, rowid, search) VALUES ('delete', OLD.id, OLD.search || '  ');
      INSERT INTO study_search (rowid, search) VALUES (NEW.id, NEW.search || '  ');
      -- At most so many pages; a study adds one or two, and each is written again at every level of the index.
      INSERT INTO study_search (study_search, rank) VALUES ('merge', 16);
    END;
    INSERT INTO study_search (study_search) VALUES ('optimize');
  `,
};
