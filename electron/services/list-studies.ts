import type { Store } from '../shared/ports.ts';
import type { StudySummary } from '../shared/study.ts';

/** Studies as the operator sees them: newest received first, status the furthest that any reader has come. */
export function listStudiesForOperator(
  store: Pick<Store, 'studies'>,
  { query, limit }: { readonly query?: string; readonly limit: number },
): { total: number; rows: StudySummary[] } {
  return store.studies.list({
    ...(query === undefined ? {} : { query }),
    limit,
    offset: 0,
    readerId: null,
    anyReader: true,
  });
}
