import type { Migration } from './migration.ts';

/** The modalities of a study, which its row joins by a backslash, as rows of one column `value`. */
const modalitiesOf = (row: 'OLD' | 'NEW' | 'studies'): string =>
  `json_each('[' || replace(json_quote(${row}.modality), '\\\\', '","') || ']')`;

const INSERT_MODALITIES = `INSERT OR IGNORE INTO study_modalities (modality, study_day, study_id)
        SELECT value, NEW.study_day, NEW.id FROM ${modalitiesOf('NEW')} WHERE value <> ''`;
const DELETE_MODALITIES = `DELETE FROM study_modalities
        WHERE study_id = OLD.id AND study_day = OLD.study_day AND modality IN (SELECT value FROM ${modalitiesOf('OLD')})`;

/**
 * What filters and orders of the worklist go down, so that none looks through a million rows: one narrow index for each order, with what
 * is filtered by inside it; the studies of each modality by day; and the modality among the words of a search. All of it derives from
 * what every reader may see of a study (`refreshShown`), and `priority` from what a person stated.
 */
export const worklistForWork: Migration = {
  id: 20,
  name: 'worklist-for-work',
  up: `
    -- 0 routine, 1 urgent, 2 stat.
    ALTER TABLE studies ADD COLUMN priority INTEGER NOT NULL DEFAULT 0 CHECK (priority IN (0, 1, 2));
    -- YYYYMMDD; empty where the files say none, or nothing that is a date.
    ALTER TABLE studies ADD COLUMN study_day TEXT NOT NULL DEFAULT '';
    -- The folded name with what tells patients of one name apart; empty without a name.
    ALTER TABLE studies ADD COLUMN name_order TEXT NOT NULL DEFAULT '';

    DROP TRIGGER study_search_update;
    UPDATE studies SET search = trim(search || ' ' || lower(replace(modality, '\\', ' '))),
      study_day = CASE
        WHEN replace(replace(study_date, '.', ''), '-', '') GLOB '[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]'
        THEN replace(replace(study_date, '.', ''), '-', '') ELSE '' END;
    UPDATE studies SET name_order = CASE WHEN patient_name = '' THEN '' ELSE substr(search, 1, 60) END;
    INSERT INTO study_search (study_search) VALUES ('rebuild');
    INSERT INTO study_search (study_search) VALUES ('optimize');
    CREATE TRIGGER study_search_update AFTER UPDATE OF search ON studies WHEN NEW.search <> OLD.search BEGIN
      INSERT INTO study_search (study_search, rowid, search) VALUES ('delete', OLD.id, OLD.search || '  ');
      INSERT INTO study_search (rowid, search) VALUES (NEW.id, NEW.search || '  ');
      -- At most so many pages; a study adds one or two, and each is written again at every level of the index.
      INSERT INTO study_search (study_search, rank) VALUES ('merge', 16);
    END;

    DROP INDEX studies_newest;
    CREATE INDEX studies_by_arrival ON studies (received_at, id, study_day, priority, modality);
    CREATE INDEX studies_in_order ON studies (id, study_day, priority, modality);
    CREATE INDEX studies_by_day ON studies (study_day, id, priority, modality);
    CREATE INDEX studies_by_name ON studies (name_order, id, study_day, priority, modality);
    CREATE INDEX studies_by_priority ON studies (priority, id, study_day, modality);

    CREATE TABLE study_modalities (
      modality TEXT NOT NULL,
      study_day TEXT NOT NULL,
      study_id INTEGER NOT NULL,
      PRIMARY KEY (modality, study_day, study_id)
    ) STRICT, WITHOUT ROWID;
    INSERT OR IGNORE INTO study_modalities SELECT value, study_day, studies.id
      FROM studies, ${modalitiesOf('studies')} WHERE value <> '';
    CREATE TRIGGER study_modalities_insert AFTER INSERT ON studies WHEN NEW.modality <> '' BEGIN
      ${INSERT_MODALITIES};
    END;
    CREATE TRIGGER study_modalities_update AFTER UPDATE OF modality, study_day ON studies
    WHEN NEW.modality <> OLD.modality OR NEW.study_day <> OLD.study_day BEGIN
      ${DELETE_MODALITIES};
      ${INSERT_MODALITIES};
    END;
    CREATE TRIGGER study_modalities_delete AFTER DELETE ON studies BEGIN
      ${DELETE_MODALITIES};
    END;
  `,
};
