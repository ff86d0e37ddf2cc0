import type { StudyStatus, StudySummary } from '../shared/study.ts';
import { othersClaims } from './claim-repository.ts';
import type { Connection } from './connection.ts';
import { peerMarks } from './peer-rows.ts';
import { STATUS_SQL, type StudyRow, summaryOf } from './study-rows.ts';

/** The rows of a page of a list, in the order of these row ids, as this reader may know them. */
export function summariesOf(
  { database, clock }: Connection,
  ids: readonly number[],
  readerId: string | null,
  anyReader = false,
): StudySummary[] {
  const rows = database
    .prepare<unknown[], StudyRow & { status: StudyStatus }>(
      // What is shown of the page: the status is looked up for these rows alone.
      `SELECT studies.*, ${STATUS_SQL} AS status FROM json_each(@ids) AS page
       JOIN studies ON studies.id = page.value ORDER BY page.key`,
    )
    .all({ ids: JSON.stringify(ids), reader: readerId, anyReader: anyReader ? 1 : 0 });
  const claims = othersClaims(database, ids, readerId, clock.now());
  const peers = peerMarks(database, ids, readerId);
  return rows.map((row) => {
    const taken = claims.get(row.id);
    return { ...summaryOf(row), ...(taken === undefined ? {} : { taken }), ...peers.get(row.id) };
  });
}
