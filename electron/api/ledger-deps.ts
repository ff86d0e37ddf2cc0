import type { LedgerOverview, LedgerPage, LedgerQuery, Reliance } from '../shared/ledger.ts';

/** The ledger as the window may see it: months that are over, and no figure of fewer cases than the site's minimum. */
export interface LedgerService {
  overview(readerId: string): LedgerOverview;
  page(readerId: string, query: LedgerQuery): LedgerPage;
  /** Of this reader's own reads, for this reader. */
  reliance(readerId: string): Reliance;
  /** As `services/ledger/assess-ai`. */
  assessAi(readerId: string): string;
}
