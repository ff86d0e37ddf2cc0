import type { Migration } from './migration.ts';

/** As the view `standing_of_reads` has it, of one reader's reads of one study. */
const STANDING = `
      INSERT OR REPLACE INTO standings
      SELECT reads.reader_id, reads.study_id,
        max(CASE WHEN finals.read_id IS NOT NULL THEN 3 WHEN reads.status = 'committed' THEN 2 ELSE 1 END)
      FROM reads AS this
      JOIN reads ON reads.study_id = this.study_id AND reads.reader_id = this.reader_id
      LEFT JOIN finals ON finals.read_id = reads.id`;

/**
 * A read that becomes final, or is opened again, looks at the reads of its own study alone. SQLite does not carry a subquery into a grouped
 * view: the triggers before went through every read of the store.
 */
export const standingOfOneRead: Migration = {
  id: 13,
  name: 'standing-of-one-read',
  up: `
    DROP TRIGGER standing_of_final_read;
    CREATE TRIGGER standing_of_final_read AFTER INSERT ON finals BEGIN${STANDING}
      WHERE this.id = NEW.read_id
      GROUP BY reads.reader_id, reads.study_id;
    END;
    DROP TRIGGER standing_of_reopened_read;
    CREATE TRIGGER standing_of_reopened_read AFTER DELETE ON finals BEGIN${STANDING}
      WHERE this.id = OLD.read_id
      GROUP BY reads.reader_id, reads.study_id;
    END;
  `,
};
