import type { Migration } from './migration.ts';

/**
 * What a worklist of a million studies needs. `standings` says how far each reader has come with each study, kept by triggers, so that
 * a view is a range of an index and not a walk over all reads (it derives from readers' tables alone, as the views do). The search index
 * takes two spaces after each text: then every one or two letters of it begin a trigram, and short words are found through the index.
 */
export const worklistAtScale: Migration = {
  id: 8,
  name: 'worklist-at-scale',
  up: `
    -- 1 a draft, 2 a committed read, 3 a settled one: the furthest of this reader's reads.
    CREATE TABLE standings (
      reader_id TEXT NOT NULL,
      study_id INTEGER NOT NULL,
      standing INTEGER NOT NULL,
      PRIMARY KEY (reader_id, study_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX standings_of_reader ON standings (reader_id, standing, study_id);
    CREATE VIEW standing_of_reads AS
      SELECT reads.reader_id, reads.study_id,
        max(CASE WHEN finals.read_id IS NOT NULL THEN 3 WHEN reads.status = 'committed' THEN 2 ELSE 1 END) AS standing
      FROM reads LEFT JOIN finals ON finals.read_id = reads.id
      GROUP BY reads.study_id, reads.reader_id;
    INSERT INTO standings SELECT * FROM standing_of_reads;

    CREATE TRIGGER standing_of_new_read AFTER INSERT ON reads BEGIN
      INSERT OR REPLACE INTO standings SELECT * FROM standing_of_reads
      WHERE study_id = NEW.study_id AND reader_id = NEW.reader_id;
    END;
    CREATE TRIGGER standing_of_changed_read AFTER UPDATE OF status ON reads BEGIN
      INSERT OR REPLACE INTO standings SELECT * FROM standing_of_reads
      WHERE study_id = NEW.study_id AND reader_id = NEW.reader_id;
    END;
    CREATE TRIGGER standing_of_gone_read AFTER DELETE ON reads BEGIN
      DELETE FROM standings WHERE study_id = OLD.study_id AND reader_id = OLD.reader_id;
      INSERT INTO standings SELECT * FROM standing_of_reads
      WHERE study_id = OLD.study_id AND reader_id = OLD.reader_id;
    END;
    CREATE TRIGGER standing_of_final_read AFTER INSERT ON finals BEGIN
      INSERT OR REPLACE INTO standings SELECT * FROM standing_of_reads
      WHERE (study_id, reader_id) IN (SELECT study_id, reader_id FROM reads WHERE id = NEW.read_id);
    END;

    -- How many studies there are, so that nobody counts a million.
    CREATE TABLE study_count (one INTEGER PRIMARY KEY CHECK (one = 1), studies INTEGER NOT NULL) STRICT;
    INSERT INTO study_count SELECT 1, count(*) FROM studies;
    CREATE TRIGGER study_count_insert AFTER INSERT ON studies BEGIN
      UPDATE study_count SET studies = studies + 1;
    END;
    CREATE TRIGGER study_count_delete AFTER DELETE ON studies BEGIN
      UPDATE study_count SET studies = studies - 1;
    END;

    DROP TRIGGER study_search_insert;
    DROP TRIGGER study_search_delete;
    DROP TRIGGER study_search_update;
    DROP TABLE study_search;
    CREATE VIEW study_search_text AS SELECT id, search || '  ' AS search FROM studies;
    CREATE VIRTUAL TABLE study_search USING fts5 (
      search, content = 'study_search_text', content_rowid = 'id', tokenize = 'trigram'
    );
    CREATE VIRTUAL TABLE study_search_terms USING fts5vocab ('study_search', 'instance');
    INSERT INTO study_search (study_search) VALUES ('rebuild');
    CREATE TRIGGER study_search_insert AFTER INSERT ON studies BEGIN
      INSERT INTO study_search (rowid, search) VALUES (NEW.id, NEW.search || '  ');
    END;
    CREATE TRIGGER study_search_delete AFTER DELETE ON studies BEGIN
      INSERT INTO study_search (study_search, rowid, search) VALUES ('delete', OLD.id, OLD.search || '  ');
    END;
    CREATE TRIGGER study_search_update AFTER UPDATE OF search ON studies BEGIN
      INSERT INTO study_search (study_search, rowid, search) VALUES ('delete', OLD.id, OLD.search || '  ');
      INSERT INTO study_search (rowid, search) VALUES (NEW.id, NEW.search || '  ');
    END;
  `,
};
