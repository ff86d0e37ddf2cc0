import type { Migration } from './migration.ts';

/** What one reader said of another's committed read. Of one reviewer and read the last counts; nothing here makes a list of readers. */
export const peerReviews: Migration = {
  id: 17,
  name: 'peer-reviews',
  up: `
    CREATE TABLE peer_reviews (
      id INTEGER PRIMARY KEY,
      read_id TEXT NOT NULL REFERENCES reads (id),
      reviewer_id TEXT NOT NULL REFERENCES readers (id),
      -- 1 no discrepancy, 2 one that is understandable, 3 one that should mostly have been seen.
      score INTEGER NOT NULL CHECK (score IN (1, 2, 3)),
      significance TEXT CHECK (significance IN ('unlikely', 'likely')),
      comment TEXT NOT NULL,
      reviewed_at TEXT NOT NULL,
      CHECK ((score = 1) = (significance IS NULL))
    ) STRICT;
    CREATE INDEX peer_reviews_of_read ON peer_reviews (read_id, reviewer_id);
    CREATE TRIGGER peer_reviews_never_change BEFORE UPDATE ON peer_reviews BEGIN
      SELECT RAISE(ABORT, 'a peer review never changes; a later one counts');
    END;
    CREATE TRIGGER peer_reviews_stay BEFORE DELETE ON peer_reviews
    WHEN NOT EXISTS (
      SELECT 1 FROM removal JOIN reads ON reads.study_id = removal.study_id WHERE reads.id = OLD.read_id
    ) BEGIN
      SELECT RAISE(ABORT, 'a peer review is never deleted by itself');
    END;
    CREATE TRIGGER peer_reviews_are_not_replaced BEFORE INSERT ON peer_reviews
    WHEN EXISTS (SELECT 1 FROM peer_reviews WHERE id = NEW.id) BEGIN
      SELECT RAISE(ABORT, 'a peer review never changes; a later one counts');
    END;
  `,
};
