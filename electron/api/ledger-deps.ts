import type { LedgerOverview, LedgerPage, LedgerQuery } from '../shared/ledger.ts';

/** The ledger as the window may see it: months that are over, and no figure of fewer cases than the site's minimum. */
export interface LedgerService {
  overview(readerId: string): LedgerOverview;
  page(readerId: string, query: LedgerQuery): LedgerPage;
  /** As `services/ledger/assess-ai`. */
  assessAi(readerId: string): string;
}
