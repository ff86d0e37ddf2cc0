import type { Migration } from './migration.ts';

/**
 * What an import can now tell: the other groups of a name, who made an object, a second content under one UID, files of a watched folder.
 *
 * Of rows from before it: an object whose class may come from an algorithm counts as of unknown origin (what its file says was not
 * read then), except a Secondary Capture of a study about which a person stated facts, as of every plain image.
 */
export const importBreadth: Migration = {
  id: 7,
  name: 'import-breadth',
  up: `
    ALTER TABLE studies ADD COLUMN name_ideographic TEXT NOT NULL DEFAULT '';
    ALTER TABLE studies ADD COLUMN name_phonetic TEXT NOT NULL DEFAULT '';

    -- Withheld from a reader until the commit unless 'known' (or 'unknown', and a person stated that no algorithm made it).
    ALTER TABLE instances ADD COLUMN origin TEXT NOT NULL DEFAULT 'known'
      CHECK (origin IN ('known', 'unknown', 'algorithm'));
    -- The SOP Instance UID in its file, where that was taken by another content and the row has one of its own.
    ALTER TABLE instances ADD COLUMN conflict_of TEXT;
    CREATE INDEX instances_withheld ON instances (study_id) WHERE origin <> 'known';
    CREATE INDEX instances_in_conflict ON instances (conflict_of) WHERE conflict_of IS NOT NULL;

    UPDATE instances SET origin = 'unknown'
    WHERE json_extract(header, '$.kind') IN
      ('Structured report', 'Key object selection', 'Presentation state', 'Segmentation', 'Surface segmentation', 'Parametric map',
       'Content assessment results', 'Slide annotations', 'PDF document', 'CDA document', 'RT structure set', 'Raw data')
    OR (json_extract(header, '$.sopClassUID') GLOB '1.2.840.10008.5.1.4.1.1.7*'
      AND substr(json_extract(header, '$.sopClassUID'), 25) IN ('7', '7.1', '7.2', '7.3', '7.4')
      AND (SELECT stated FROM studies WHERE studies.id = instances.study_id) = '{}');
    UPDATE studies SET
      modality = (SELECT coalesce(group_concat(m, '\\'), '') FROM (
        SELECT DISTINCT series.modality AS m FROM series
        WHERE series.study_id = studies.id AND series.modality <> ''
          AND EXISTS (SELECT 1 FROM instances WHERE series_id = series.id AND origin = 'known') ORDER BY m)),
      series_count = (SELECT count(DISTINCT series_id) FROM instances WHERE study_id = studies.id AND origin = 'known'),
      instance_count = (SELECT count(*) FROM instances WHERE study_id = studies.id AND origin = 'known')
    WHERE id IN (SELECT study_id FROM instances WHERE origin <> 'known');

    CREATE INDEX refusals_of_path ON refusals (path);

    -- Files of watched folders that were handed to an import, as they were then: one that changes is taken again.
    CREATE TABLE watched_files (
      path TEXT PRIMARY KEY,
      bytes INTEGER NOT NULL,
      changed_ms REAL NOT NULL,
      taken_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};
