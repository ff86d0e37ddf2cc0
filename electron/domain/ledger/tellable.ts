/** Neighbouring months (or steps of a score) that are told of together. */
export interface Block<Row> {
  readonly rows: readonly Row[];
  readonly cases: number;
}

/**
 * Joins neighbours, in their order, until each block has at least the minimum of cases. What is left at the end and has fewer is not told: it waits for
 * more. A block that was told once therefore stays as it is while later months come, and the difference of two periods is always that of
 * whole blocks.
 *
 * @param rows In order; a block never holds fewer cases than `minimum`.
 */
export function wholeBlocks<Row extends { readonly cases: number }>(
  rows: readonly Row[],
  minimum: number,
): Block<Row>[] {
  const blocks: Block<Row>[] = [];
  let open: Row[] = [];
  let cases = 0;
  for (const row of rows) {
    open.push(row);
    cases += row.cases;
    if (cases < Math.max(1, minimum)) continue;
    blocks.push({ rows: open, cases });
    open = [];
    cases = 0;
  }
  return blocks;
}

/**
 * Which groups may stand beside their total: each with at least the minimum of cases, and such that what is left of the total is none or again at
 * least the minimum. Else the smallest of them is left out too: from the total and the others one could take what is not told.
 */
export function besideTotal<Group extends { readonly cases: number }>(
  groups: readonly Group[],
  total: number,
  minimum: number,
): { told: Group[]; rest: number } {
  const told = groups.filter(({ cases }) => cases >= minimum).toSorted((a, b) => b.cases - a.cases);
  const restOf = (): number => total - told.reduce((sum, { cases }) => sum + cases, 0);
  while (told.length > 0 && restOf() > 0 && restOf() < minimum) told.pop();
  return { told, rest: restOf() };
}

/** The month before, as 2027-01 → 2026-12. */
export function monthBefore(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return number === 1 ? `${year - 1}-12` : `${year}-${String(number - 1).padStart(2, '0')}`;
}
