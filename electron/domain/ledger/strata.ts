import type { Stratum } from '../../shared/ledger-ports.ts';

/** What is left of a stratum when it is told more coarsely, one step further each. */
const COARSER: readonly ((one: Stratum) => Stratum)[] = [
  (one) => one,
  (one) => ({ ...one, ageGroup: '' }),
  (one) => ({ ...one, ageGroup: '', sex: '' }),
  (one) => ({ ...one, ageGroup: '', sex: '', software: '', scannerModel: '' }),
];

/** All that could tell a person: everything but what was found. */
function groupKey({ outcome: _outcome, cases: _cases, ...group }: Stratum): string {
  return JSON.stringify(group);
}

/**
 * Strata of which each group (all columns but what was found) has at least the minimum of cases. A group that has fewer is told without age, then
 * without sex, the scanner, the body part, the month, together with others that then look the same; what is too small even so is left out, and counted in
 * `withheld` (k-anonymity by generalisation; Sweeney L, Int J Uncertain Fuzz 2002;10:557).
 */
export function tellableStrata(
  strata: readonly Stratum[],
  minimum: number,
): { told: Stratum[]; withheld: number } {
  const told: Stratum[] = [];
  let left: readonly Stratum[] = strata;
  for (const coarser of COARSER) {
    const groups = Map.groupBy(left.map(coarser), groupKey);
    const small: Stratum[] = [];
    for (const rows of groups.values()) {
      const cases = rows.reduce((sum, one) => sum + one.cases, 0);
      if (cases < minimum) small.push(...rows);
      else told.push(...byOutcome(rows));
    }
    left = small;
  }
  return { told, withheld: left.reduce((sum, { cases }) => sum + cases, 0) };
}

function byOutcome(rows: readonly Stratum[]): Stratum[] {
  return [...Map.groupBy(rows, ({ outcome }) => outcome).values()].map((those) => ({
    ...(those[0] as Stratum),
    cases: those.reduce((sum, { cases }) => sum + cases, 0),
  }));
}
