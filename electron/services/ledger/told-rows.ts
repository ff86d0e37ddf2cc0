import { sumCounts } from '../../domain/ledger/figures.ts';
import { type Block, wholeBlocks } from '../../domain/ledger/tellable.ts';
import type { LedgerCountRow, LedgerCounts } from '../../shared/ledger-ports.ts';
import type { Months } from '../../shared/ledger.ts';

/** All scanners of a month together. */
export type MonthCounts = LedgerCounts & { readonly month: string };

/** Sums of a series month by month, in order. */
export function byMonth(rows: readonly LedgerCountRow[]): MonthCounts[] {
  return [...Map.groupBy(rows, ({ month }) => month)]
    .map(([month, those]) => ({ month, ...sumCounts(those) }))
    .toSorted((a, b) => (a.month < b.month ? -1 : 1));
}

/** Months from a block's first to its last. */
export function monthsOf({ rows }: Block<{ readonly cases: number; readonly month: string }>): Months {
  return { from: rows[0]?.month ?? '', to: rows.at(-1)?.month ?? '' };
}

/** Which months are asked for, and how far the ledger is told at all. */
export interface Asked {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** The last month that may be told; null: every one. */
  readonly through: string | null;
  readonly minimum: number;
}

/**
 * The blocks of whole months that are told: made of all months, so that they are the same whatever is asked for, and of those the ones that lie
 * wholly within what is asked for.
 */
export function toldBlocks(rows: readonly LedgerCountRow[], asked: Asked): Block<MonthCounts>[] {
  const { from, to, through, minimum } = asked;
  const months = byMonth(rows).filter(({ month }) => through === null || month <= through);
  return wholeBlocks(months, minimum).filter((block) => {
    const { from: first, to: last } = monthsOf(block);
    return (from === undefined || first >= from) && (to === undefined || last <= to);
  });
}

/** From the first month of the first block to the last of the last; null of none. */
export function periodOf(blocks: readonly Block<MonthCounts>[]): Months | null {
  const [first, last] = [blocks[0], blocks.at(-1)];
  return first === undefined || last === undefined
    ? null
    : { from: monthsOf(first).from, to: monthsOf(last).to };
}

export function isIn({ month }: { readonly month: string }, period: Months | null): boolean {
  return period !== null && period.from <= month && month <= period.to;
}
