import type { Store, StudyPage } from '../shared/ports.ts';

/** Studies as the operator sees them: newest received first, status the furthest that any reader has come. */
export function listStudiesForOperator(
  store: Pick<Store, 'studies'>,
  { query, limit }: { readonly query?: string; readonly limit: number },
): StudyPage {
  return store.studies.list({
    ...(query === undefined ? {} : { query }),
    limit,
    offset: 0,
    readerId: null,
    anyReader: true,
  });
}
