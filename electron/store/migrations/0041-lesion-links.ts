import type { Migration } from './migration.ts';

/** Which finding of a prior a reader says is which of a later study. Rows stay: what is undone is another row. */
export const lesionLinks: Migration = {
  id: 41,
  name: 'lesion-links',
  up: `
    CREATE TABLE lesion_links (
      id TEXT PRIMARY KEY,
      study_id INTEGER NOT NULL REFERENCES studies (id),
      read_id TEXT NOT NULL REFERENCES reads (id),
      finding_id TEXT NOT NULL,
      prior_study_id INTEGER NOT NULL REFERENCES studies (id),
      prior_read_id TEXT NOT NULL REFERENCES reads (id),
      prior_finding_id TEXT NOT NULL,
      reader_id TEXT NOT NULL REFERENCES readers (id),
      linked INTEGER NOT NULL CHECK (linked IN (0, 1)),
      at TEXT NOT NULL,
      CHECK (study_id <> prior_study_id)
    ) STRICT;
    CREATE INDEX lesion_links_of_reader ON lesion_links (reader_id);
    CREATE INDEX lesion_links_of_study ON lesion_links (study_id);
    CREATE INDEX lesion_links_of_prior ON lesion_links (prior_study_id);
    CREATE TRIGGER lesion_links_never_change BEFORE UPDATE ON lesion_links BEGIN
      SELECT RAISE(ABORT, 'a link of two findings never changes; another row undoes it');
    END;
    CREATE TRIGGER lesion_links_stay BEFORE DELETE ON lesion_links
    WHEN NOT EXISTS (SELECT 1 FROM removal WHERE study_id IN (OLD.study_id, OLD.prior_study_id)) BEGIN
      SELECT RAISE(ABORT, 'a link of two findings is never deleted by itself');
    END;
    CREATE TRIGGER lesion_links_are_not_replaced BEFORE INSERT ON lesion_links
    WHEN EXISTS (SELECT 1 FROM lesion_links WHERE id = NEW.id) BEGIN
      SELECT RAISE(ABORT, 'a link of two findings never changes; another row undoes it');
    END;
  `,
};
