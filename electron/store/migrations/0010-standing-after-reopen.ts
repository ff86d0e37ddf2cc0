import type { Migration } from './migration.ts';

/** A final read that is open again (`ReadRepository.reopen`) stands where it stood before: in the views as well. */
export const standingAfterReopen: Migration = {
  id: 10,
  name: 'standing-after-reopen',
  up: `
    CREATE TRIGGER standing_of_reopened_read AFTER DELETE ON finals BEGIN
      INSERT OR REPLACE INTO standings SELECT * FROM standing_of_reads
      WHERE (study_id, reader_id) IN (SELECT study_id, reader_id FROM reads WHERE id = OLD.read_id);
    END;
    DELETE FROM standings;
    INSERT INTO standings SELECT * FROM standing_of_reads;
  `,
};
