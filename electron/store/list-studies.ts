import { missingCaseError } from '../shared/errors.ts';
import type { StudyQuery } from '../shared/ports.ts';
import type { StudyStatus, StudySummary } from '../shared/study.ts';
import type { Connection } from './connection.ts';
import { searchCondition } from './search-text.ts';
import { STATUS_SQL, type StudyRow, summaryOf } from './study-rows.ts';

/** The sets are built once a query, not once a row: quick at 100,000 studies. */
const READ_BY = 'SELECT study_id FROM reads WHERE (reader_id = @reader OR @anyReader)';
const COMMITTED_BY = `${READ_BY} AND status = 'committed'`;
const FINAL_BY = `${READ_BY} AND id IN (SELECT read_id FROM finals)`;

function viewCondition(view: NonNullable<StudyQuery['view']>): string {
  switch (view) {
    case 'all':
      return '1';
    case 'to-read':
      return `studies.id NOT IN (${COMMITTED_BY})`;
    case 'mine':
      return `studies.id IN (${READ_BY})`;
    case 'reconcile':
      return `studies.id IN (${COMMITTED_BY}) AND studies.id NOT IN (${FINAL_BY})`;
    case 'final':
      return `studies.id IN (${FINAL_BY})`;
    default:
      throw missingCaseError(view);
  }
}

/** One page of the worklist, newest received first, and how many studies there are in all. */
export function listStudies(
  { database }: Connection,
  query: StudyQuery,
): { total: number; rows: StudySummary[] } {
  const search = searchCondition(query.query ?? '');
  const where = `${viewCondition(query.view ?? 'all')} AND ${search.sql}`;
  const { readerId, limit, offset } = query;
  const named = { reader: readerId, anyReader: query.anyReader === true ? 1 : 0, limit, offset };
  const total = database
    .prepare<unknown[], number>(`SELECT count(*) FROM studies WHERE ${where}`)
    .pluck()
    .get(...search.parameters, named);
  const rows = database
    .prepare<unknown[], StudyRow & { status: StudyStatus }>(
      // The page first, then what is shown of it: the status is looked up for these rows alone.
      `SELECT studies.*, ${STATUS_SQL} AS status FROM studies
       WHERE id IN (SELECT id FROM studies WHERE ${where} ORDER BY received_at DESC, id DESC LIMIT @limit OFFSET @offset)
       ORDER BY received_at DESC, id DESC`,
    )
    .all(...search.parameters, named);
  return { total: total ?? 0, rows: rows.map(summaryOf) };
}
