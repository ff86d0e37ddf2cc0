import type { Migration } from './migration.ts';

/**
 * More objects whose files do not say who made them are withheld: fiducials, tractography, 3D models, objects of classes that are not
 * storage classes of the standard, and presentation states by a name alone. Of rows from before it each of these counts as of unknown
 * origin: what a presentation state says of its creator was not kept. The studies' own lines then tell of what is shown alone, and the
 * flags about files and about UIDs stay only where objects of known origin give them.
 *
 * A description is taken out of the search words as far as it is written in ASCII with single spaces; other words of it can be searched
 * for until the study changes next.
 */
export const originNotSaid: Migration = {
  id: 9,
  name: 'origin-not-said',
  up: `
    UPDATE instances SET origin = 'unknown'
    WHERE origin = 'known' AND (
      json_extract(header, '$.kind') IN
        ('Spatial fiducials', 'Tractography results', '3D model (STL)', '3D model (OBJ)', '3D model (MTL)', 'Presentation state')
      OR json_extract(header, '$.sopClassUID') NOT GLOB '1.2.840.10008.5.1.4.1.1.*');

    CREATE TEMP TABLE told AS
      SELECT id, released, coalesce(
        (SELECT json_extract(header, '$.studyDescription') AS words FROM main.instances
         WHERE study_id = studies.id AND origin = 'known' AND words <> '' ORDER BY instances.id LIMIT 1),
        CASE WHEN released THEN
          (SELECT json_extract(header, '$.studyDescription') AS words FROM main.instances
           WHERE study_id = studies.id AND origin = 'unknown' AND words <> '' ORDER BY instances.id LIMIT 1) END,
        '') AS description
      FROM (SELECT id, json_extract(stated, '$.origin') IS NOT NULL AS released FROM main.studies
            WHERE id IN (SELECT study_id FROM main.instances WHERE origin <> 'known')) AS studies;
    UPDATE studies SET
      search = trim(replace(search, lower(studies.description), '') || ' ' || lower(told.description)),
      description = told.description
    FROM told WHERE told.id = studies.id AND told.description <> studies.description;
    UPDATE studies SET
      modality = (SELECT coalesce(group_concat(m, '\\'), '') FROM (
        SELECT DISTINCT series.modality AS m FROM series
        WHERE series.study_id = studies.id AND series.modality <> '' AND EXISTS (
          SELECT 1 FROM instances WHERE series_id = series.id
            AND (origin = 'known' OR (origin = 'unknown' AND told.released))) ORDER BY m)),
      series_count = (SELECT count(DISTINCT series_id) FROM instances
        WHERE study_id = studies.id AND (origin = 'known' OR (origin = 'unknown' AND told.released))),
      instance_count = (SELECT count(*) FROM instances
        WHERE study_id = studies.id AND (origin = 'known' OR (origin = 'unknown' AND told.released)))
    FROM told WHERE told.id = studies.id;
    DROP TABLE told;

    UPDATE studies SET flags = (
      SELECT json_group_array(value) FROM json_each(studies.flags)
      WHERE value NOT LIKE 'Some of its files are not written as the standard asks%')
    WHERE flags LIKE '%Some of its files are not written as the standard asks%' AND NOT EXISTS (
      SELECT 1 FROM instances WHERE study_id = studies.id AND origin = 'known'
        AND json_extract(header, '$.recovered') IS NOT NULL);
    UPDATE studies SET flags = (
      SELECT json_group_array(value) FROM json_each(studies.flags)
      WHERE value NOT LIKE 'Files with one SOP Instance UID%')
    WHERE flags LIKE '%Files with one SOP Instance UID%' AND NOT EXISTS (
      SELECT 1 FROM instances AS copy LEFT JOIN instances AS first ON first.uid = copy.conflict_of
      WHERE copy.conflict_of IS NOT NULL AND copy.origin = 'known' AND coalesce(first.origin, 'known') = 'known'
        AND studies.id IN (copy.study_id, first.study_id))
      -- A study of an earlier version may have the flag for files that were not kept.
      AND EXISTS (
        SELECT 1 FROM instances AS copy LEFT JOIN instances AS first ON first.uid = copy.conflict_of
        WHERE copy.conflict_of IS NOT NULL AND studies.id IN (copy.study_id, first.study_id));
  `,
};
