import { relianceOf } from '../../domain/ledger/reliance.ts';
import { wholeBlocks } from '../../domain/ledger/tellable.ts';
import type { Reliance } from '../../shared/ledger.ts';
import type { LedgerPolicy } from '../../shared/policy.ts';
import type { Store } from '../../shared/ports.ts';

/**
 * What a reader made of the AI, for that reader; or all readers together (null), never one beside another. Whole months alone, in blocks that have enough cases
 * together, so that two looks differ by at least as many.
 *
 * @param through The last month that is told of; null: every one.
 */
export function reliancePage(
  { store, policy }: { readonly store: Pick<Store, 'reliance'>; readonly policy: LedgerPolicy },
  readerId: string | null,
  through: string | null,
): Reliance {
  const minimum = policy.minimumCases;
  const rows = store.reliance.rows(readerId).filter(({ month }) => through === null || month <= through);
  const months = [...Map.groupBy(rows, ({ month }) => month)]
    .map(([month, those]) => ({ month, cases: those.reduce((sum, { cases }) => sum + cases, 0) }))
    .toSorted((a, b) => (a.month < b.month ? -1 : 1));
  const told = wholeBlocks(months, minimum).flatMap((block) => block.rows.map(({ month }) => month));
  const [from, to] = [told[0], told.at(-1)];
  const isTold = ({ month }: { readonly month: string }): boolean => told.includes(month);
  return {
    minimumCases: minimum,
    period: from === undefined || to === undefined ? null : { from, to },
    ...relianceOf(rows.filter(isTold), store.reliance.times(readerId).filter(isTold), minimum),
  };
}
