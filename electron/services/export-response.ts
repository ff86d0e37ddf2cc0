import { csvLines } from '../domain/csv.ts';
import { responseCells } from '../domain/change/response-words.ts';
import { Refused } from '../shared/errors.ts';
import { sha256Of } from './canonical-read.ts';
import { requireCommitted } from './read-guard.ts';
import type { ReadingParts } from './reading-parts.ts';
import { viewResponse } from './response-view.ts';

/**
 * The table of a reader's response as CSV: a row each lesion and figure, a column each study. Audited.
 *
 * @param actor Who asks, for the trail: the reader's id, or 'operator'.
 * @throws Refused `study-unknown`, `read-not-committed`, `targets-not-chosen`.
 */
export function responseCsv(
  parts: ReadingParts,
  studyInstanceUID: string,
  readerId: string,
  actor: string = readerId,
): string {
  const { store } = parts;
  return store.transaction(() => {
    const read = requireCommitted(store, studyInstanceUID, readerId);
    const { table } = viewResponse(parts, studyInstanceUID, readerId);
    if (table === null)
      throw new Refused(
        'targets-not-chosen',
        'No lesions were chosen for the response of this patient: there is no table to export.',
      );
    const csv = csvLines(responseCells(table));
    store.audit.append({
      actor,
      action: 'export',
      studyInstanceUID,
      detail: {
        as: 'response-csv',
        readId: read.id,
        sha256: sha256Of(new TextEncoder().encode(csv)),
      },
    });
    return csv;
  });
}
