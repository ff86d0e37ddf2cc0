import type { Migration } from './migration.ts';

/**
 * What one reader asks another about a study, and what becomes of it. A referral never changes but for how it stands; each step is a row
 * that stays. What waits for a reader is asked of a view, so that no list of it can lag behind.
 */
export const referrals: Migration = {
  id: 22,
  name: 'referrals',
  up: `
    CREATE TABLE referrals (
      id TEXT PRIMARY KEY,
      study_id INTEGER NOT NULL REFERENCES studies (id),
      -- The committed read that it comes from.
      read_id TEXT NOT NULL REFERENCES reads (id),
      from_reader TEXT NOT NULL REFERENCES readers (id),
      -- Null: any second reader.
      to_reader TEXT REFERENCES readers (id),
      ask TEXT NOT NULL CHECK (ask IN ('independent', 'opinion')),
      -- The line of the comparison, and its words as they were; null: the study.
      about_item TEXT,
      about_words TEXT,
      reason TEXT NOT NULL,
      words TEXT NOT NULL,
      created_at TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'answered', 'declined', 'withdrawn')),
      taken_by TEXT REFERENCES readers (id),
      CHECK ((about_item IS NULL) = (about_words IS NULL)),
      CHECK (to_reader IS NULL OR to_reader <> from_reader),
      CHECK (state <> 'accepted' OR taken_by IS NOT NULL)
    ) STRICT;
    CREATE INDEX referrals_of_study ON referrals (study_id);
    CREATE INDEX referrals_waiting ON referrals (state, to_reader) WHERE state IN ('open', 'accepted');
    CREATE TRIGGER referrals_never_change
    BEFORE UPDATE OF id, study_id, read_id, from_reader, to_reader, ask, about_item, about_words, reason, words, created_at ON referrals BEGIN
      SELECT RAISE(ABORT, 'a referral never changes; a step says what becomes of it');
    END;
    CREATE TRIGGER closed_referrals_stay_so BEFORE UPDATE OF state ON referrals
    WHEN OLD.state IN ('answered', 'declined', 'withdrawn') BEGIN
      SELECT RAISE(ABORT, 'a referral that is closed stays so');
    END;
    CREATE TRIGGER referrals_stay BEFORE DELETE ON referrals
    WHEN NOT EXISTS (SELECT 1 FROM removal WHERE study_id = OLD.study_id) BEGIN
      SELECT RAISE(ABORT, 'a referral is never deleted by itself');
    END;
    CREATE TRIGGER referrals_are_not_replaced BEFORE INSERT ON referrals
    WHEN EXISTS (SELECT 1 FROM referrals WHERE id = NEW.id) BEGIN
      SELECT RAISE(ABORT, 'a referral never changes; a step says what becomes of it');
    END;

    CREATE TABLE referral_steps (
      id INTEGER PRIMARY KEY,
      referral_id TEXT NOT NULL REFERENCES referrals (id),
      reader_id TEXT NOT NULL REFERENCES readers (id),
      kind TEXT NOT NULL CHECK (kind IN ('accept', 'answer', 'decline', 'withdraw')),
      stance TEXT CHECK (stance IN ('agrees', 'differs', 'undecided')),
      words TEXT NOT NULL,
      at TEXT NOT NULL,
      CHECK ((kind = 'answer') = (stance IS NOT NULL))
    ) STRICT;
    CREATE INDEX referral_steps_of ON referral_steps (referral_id, id);
    CREATE TRIGGER referral_steps_never_change BEFORE UPDATE ON referral_steps BEGIN
      SELECT RAISE(ABORT, 'a step of a referral never changes');
    END;
    CREATE TRIGGER referral_steps_stay BEFORE DELETE ON referral_steps
    WHEN NOT EXISTS (
      SELECT 1 FROM removal JOIN referrals ON referrals.study_id = removal.study_id WHERE referrals.id = OLD.referral_id
    ) BEGIN
      SELECT RAISE(ABORT, 'a step of a referral is never deleted by itself');
    END;
    CREATE TRIGGER referral_steps_are_not_replaced BEFORE INSERT ON referral_steps
    WHEN EXISTS (SELECT 1 FROM referral_steps WHERE id = NEW.id) BEGIN
      SELECT RAISE(ABORT, 'a step of a referral never changes');
    END;

    -- Which studies wait for which reader, each once; the rule of shared/referral-waits.
    CREATE VIEW referred_to AS
      SELECT coalesce(taken_by, to_reader) AS reader_id, study_id FROM referrals
      WHERE state IN ('open', 'accepted') AND coalesce(taken_by, to_reader) IS NOT NULL
      UNION
      SELECT readers.id, study_id FROM referrals JOIN readers ON readers.id <> from_reader
      WHERE state IN ('open', 'accepted') AND taken_by IS NULL AND to_reader IS NULL AND NOT EXISTS (
        SELECT 1 FROM referral_steps
        WHERE referral_id = referrals.id AND kind = 'decline' AND reader_id = readers.id
      );
  `,
};
