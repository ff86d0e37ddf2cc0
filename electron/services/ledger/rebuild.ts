import { countStudy, type LedgerParts } from './count-study.ts';

/** How many studies are counted in one transaction: others may write in between. */
const AT_ONCE = 200;

/**
 * Counts the whole ledger anew from the reads and records, and gives the number of studies in it. The sums are those that were kept all along:
 * it is for final reads from before the ledger was kept, and to check it.
 */
export function rebuildLedger(parts: LedgerParts): number {
  const { store } = parts;
  store.ledger.clear();
  store.reliance.clear();
  let studies = 0;
  let batch: string[] = [];
  const count = (): void => {
    store.transaction(() => {
      for (const uid of batch) countStudy(parts, uid);
    });
    studies += batch.length;
    batch = [];
  };
  for (const uid of store.ledger.studies()) {
    batch.push(uid);
    if (batch.length === AT_ONCE) count();
  }
  count();
  store.ledger.setComplete();
  return studies;
}

/** Rebuilds it where there are final reads from before it was kept. */
export function completeLedger(parts: LedgerParts): void {
  if (parts.store.ledger.isIncomplete()) rebuildLedger(parts);
}
