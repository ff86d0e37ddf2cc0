import { type Estimate, requireCounts, type TwoByTwo, Z95 } from './table.ts';

/**
 * Cohen's kappa of two judges, (po − pe) / (1 − pe), with a 95 % interval κ ± z·SE from the large-sample variance (not a bootstrap:
 * it is exact in what it is, the same each time, and needs the counts alone). The interval is cut at −1 and 1.
 *
 * Sources: Cohen J, Educ Psychol Meas 1960;20:37; variance by Fleiss JL, Cohen J, Everitt BS, Psychol Bull 1969;72:323:
 * SE² = [Σᵢ pᵢᵢ(1 − (pᵢ. + p.ᵢ)(1 − κ))² + (1 − κ)² Σᵢ≠ⱼ pᵢⱼ(p.ᵢ + pⱼ.)² − (κ − pe(1 − κ))²] / (n(1 − pe)²).
 *
 * @param table Square: row the first judge's category, column the second's; counts of cases.
 * @returns Without unit, −1 to 1; null of no cases, and where both judges know one category alone (pe = 1: nothing to agree about).
 * @throws RangeError where the table is not square or holds no counts.
 */
export function cohenKappa(table: readonly (readonly number[])[]): (Estimate & { se: number }) | null {
  requireCounts(table.flat());
  if (table.some((row) => row.length !== table.length)) throw new RangeError('The table is not square.');
  const of = table.flat().reduce((sum, count) => sum + count, 0);
  if (of === 0) return null;
  const share = table.map((row) => row.map((count) => count / of));
  const rows = share.map((row) => row.reduce((sum, p) => sum + p, 0));
  const columns = share.map((_, j) => share.reduce((sum, row) => sum + (row[j] ?? 0), 0));
  const at = (values: readonly number[], i: number): number => values[i] ?? 0;
  const observed = share.reduce((sum, row, i) => sum + at(row, i), 0);
  const expected = rows.reduce((sum, p, i) => sum + p * at(columns, i), 0);
  if (1 - expected < 1e-12) return null;
  const value = (observed - expected) / (1 - expected);
  let same = 0;
  let other = 0;
  share.forEach((row, i) => {
    row.forEach((p, j) => {
      if (i === j) same += p * (1 - (at(rows, i) + at(columns, i)) * (1 - value)) ** 2;
      else other += p * (at(columns, i) + at(rows, j)) ** 2;
    });
  });
  const rest = (value - expected * (1 - value)) ** 2;
  const variance = (same + (1 - value) ** 2 * other - rest) / (of * (1 - expected) ** 2);
  const se = Math.sqrt(Math.max(0, variance));
  return {
    value,
    low: Math.max(-1, value - Z95 * se),
    high: Math.min(1, value + Z95 * se),
    of,
    se,
  };
}

/** As `cohenKappa`, of two yes-or-no judges. */
export function kappaOf({ tp, fp, fn, tn }: TwoByTwo): ReturnType<typeof cohenKappa> {
  return cohenKappa([
    [tp, fp],
    [fn, tn],
  ]);
}
