import type { InstanceHeader } from '../shared/ports.ts';
import type { Connection } from './connection.ts';
import { searchText } from './search-text.ts';
import { statedOf, studyDay, type StudyRow } from './study-rows.ts';

/** True where a person stated that what is of unknown origin in this study was made by no algorithm. */
export function isReleased(row: Pick<StudyRow, 'stated'>): boolean {
  return statedOf(row).origin !== undefined;
}

/** SQL for instances that every reader may see before a commit; `@released` is 0 or 1. */
export const SHOWN_SQL = `(instances.origin = 'known' OR (instances.origin = 'unknown' AND @released))`;

/**
 * What of a study an algorithm made, or may have made: withheld from each reader until that reader has committed a read of it
 * (blind first). Gives SOP Instance UIDs; none for a reader who has committed. Nobody (null) has committed.
 */
export function withheldFrom(
  { database }: Connection,
  row: Pick<StudyRow, 'id' | 'stated'>,
  readerId: string | null,
): ReadonlySet<string> {
  const uids = database
    .prepare<[{ study: number; released: number }], string>(
      `SELECT uid FROM instances WHERE study_id = @study AND origin <> 'known' AND NOT ${SHOWN_SQL}`,
    )
    .pluck()
    .all({ study: row.id, released: isReleased(row) ? 1 : 0 });
  if (uids.length === 0) return new Set();
  const committed = database
    .prepare<[number, string | null]>(
      `SELECT 1 FROM reads WHERE study_id = ? AND reader_id = ? AND status = 'committed' LIMIT 1`,
    )
    .get(row.id, readerId);
  return committed === undefined ? new Set(uids) : new Set();
}

/**
 * A series is called as its first object of known origin calls it, whichever came in first: what an algorithm made may lie in the series
 * of the images, under its own modality and description.
 */
function nameSeries(connection: Connection, studyId: number): void {
  const mixed = connection
    .prepare<[number], { series: number; known: string }>(
      `SELECT series_id AS series,
         (SELECT header FROM instances AS of WHERE of.series_id = instances.series_id AND of.origin = 'known' ORDER BY id LIMIT 1) AS known
       FROM instances WHERE study_id = ? AND origin <> 'known' GROUP BY series_id HAVING known IS NOT NULL`,
    )
    .all(studyId);
  for (const { series, known } of mixed) {
    const { seriesNumber, modality, bodyPart, seriesDescription } = JSON.parse(known) as InstanceHeader;
    connection
      .prepare('UPDATE series SET number = ?, modality = ?, body_part = ?, description = ? WHERE id = ?')
      .run(seriesNumber, modality, bodyPart, seriesDescription, series);
  }
}

/**
 * A study is described by its first object of known origin that has a description. One of captures alone has none until a person stated
 * that they are no results, and again once that is taken back.
 */
function describe({ database }: Connection, studyId: number, released: boolean): void {
  const first = database
    .prepare<[number, string], string>(
      `SELECT json_extract(header, '$.studyDescription') AS description FROM instances
       WHERE study_id = ? AND origin = ? AND description <> '' ORDER BY id LIMIT 1`,
    )
    .pluck();
  const mixed = database.prepare(`SELECT 1 FROM instances WHERE study_id = ? AND origin <> 'known' LIMIT 1`);
  if (mixed.get(studyId) === undefined) return;
  const description =
    first.get(studyId, 'known') ?? (released ? first.get(studyId, 'unknown') : undefined) ?? '';
  const row = database.prepare<[number], StudyRow>('SELECT * FROM studies WHERE id = ?').get(studyId);
  if (row === undefined || row.description === description) return;
  database.prepare('UPDATE studies SET description = ? WHERE id = ?').run(description, studyId);
}

/**
 * The study's numbers and modalities as the worklist shows them: of what nobody is kept from seeing, so that no list tells how much an
 * algorithm made of a study, or of what kind.
 */
export function refreshShown(connection: Connection, row: Pick<StudyRow, 'id' | 'stated'>): void {
  nameSeries(connection, row.id);
  describe(connection, row.id, isReleased(row));
  connection
    .prepare(
      `UPDATE studies SET
         modality = (SELECT coalesce(group_concat(m, '\\'), '') FROM (
           SELECT DISTINCT series.modality AS m FROM series WHERE series.study_id = @study AND series.modality <> ''
             AND EXISTS (SELECT 1 FROM instances WHERE series_id = series.id AND ${SHOWN_SQL}) ORDER BY m)),
         series_count = (SELECT count(*) FROM series WHERE study_id = @study
             AND EXISTS (SELECT 1 FROM instances WHERE series_id = series.id AND ${SHOWN_SQL})),
         instance_count = (SELECT count(*) FROM instances WHERE study_id = @study)
           - (SELECT count(*) FROM instances WHERE study_id = @study AND origin <> 'known' AND NOT ${SHOWN_SQL})
       WHERE id = @study`,
    )
    .run({ study: row.id, released: isReleased(row) ? 1 : 0 });
  refreshSearch(connection, row.id);
}

/** Letters of the name, and of what follows it in the search words, that the worklist is ordered by. */
const ORDERED_BY = 60;

/** What the study is found and ordered by, from what its row shows by now. */
function refreshSearch(connection: Connection, studyId: number): void {
  const row = connection.prepare<[number], StudyRow>('SELECT * FROM studies WHERE id = ?').get(studyId);
  if (row === undefined) return;
  const search = searchText(
    row.patient_name,
    row.name_ideographic,
    row.name_phonetic,
    row.patient_id,
    row.accession_number,
    row.description,
    row.modality,
  );
  const nameOrder = row.patient_name === '' ? '' : search.slice(0, ORDERED_BY);
  const day = studyDay(row.study_date);
  if (search === row.search && nameOrder === row.name_order && day === row.study_day) return;
  connection
    .prepare('UPDATE studies SET search = ?, name_order = ?, study_day = ? WHERE id = ?')
    .run(search, nameOrder, day, studyId);
}
