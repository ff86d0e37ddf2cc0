import { countStudy, type LedgerParts } from './count-study.ts';

/** How many studies are counted in one transaction: others may write in between, and the window's requests are not held up for long. */
const AT_ONCE = 50;

/** Counts the whole ledger anew, some studies a step; gives how many are counted so far. Cut short, it is to be begun again. */
export function* rebuildSteps(parts: LedgerParts): Generator<number> {
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
    if (batch.length < AT_ONCE) continue;
    count();
    yield studies;
  }
  count();
  store.ledger.setComplete();
  yield studies;
}

/**
 * Counts the whole ledger anew from the reads and records, and gives the number of studies in it. The sums are those that were kept all along:
 * it is for final reads from before the ledger was kept, and to check it.
 */
export function rebuildLedger(parts: LedgerParts): number {
  let studies = 0;
  for (const counted of rebuildSteps(parts)) studies = counted;
  return studies;
}

/** Rebuilds it where there are final reads from before it was kept. */
export function completeLedger(parts: LedgerParts): void {
  if (parts.store.ledger.isIncomplete()) rebuildLedger(parts);
}

/**
 * As `completeLedger`, beside everything else: step by step, so that the window goes on.
 *
 * @returns How to end it; what is not counted by then is counted at the next start.
 */
export function completeInBackground(parts: LedgerParts): { stop(): Promise<void> } {
  let stopped = false;
  async function work(): Promise<void> {
    // The start of the workstation does not wait for it.
    await new Promise((resolve) => setImmediate(resolve));
    if (stopped || !parts.store.ledger.isIncomplete()) return;
    for (const _ of rebuildSteps(parts)) {
      await new Promise((resolve) => setImmediate(resolve));
      if (stopped) return;
    }
  }
  const working = work().catch((thrown: unknown) => {
    process.stderr.write(`The ledger could not be counted: ${String(thrown)}\n`);
  });
  return {
    stop() {
      stopped = true;
      return working;
    },
  };
}
