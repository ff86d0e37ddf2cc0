import type { Drift, DriftPoint, Months } from '../../shared/ledger.ts';
import type { PeopleRow, ScoreRow } from '../../shared/ledger-ports.ts';
import {
  kolmogorovSmirnov,
  populationStability,
  stabilityIndex,
  stabilityNoise,
  type ValueCount,
} from '../statistics/drift.ts';

/** Months that are told of together, and how many cases of the series they have. */
export type Period = Months & { readonly cases: number };

export interface DriftRules {
  /** Population stability index from which on a shift is one. */
  readonly threshold: number;
  /** The first months that together have so many cases are what later ones are laid beside. */
  readonly referenceCases: number;
  /** Or this month (the block that it lies in); null: the first. */
  readonly referenceMonth: string | null;
}

function within({ month }: { readonly month: string }, { from, to }: Months): boolean {
  return from <= month && month <= to;
}

function scoresIn(rows: readonly ScoreRow[], period: Months): ValueCount[] {
  return rows
    .filter((row) => within(row, period))
    .map(({ bin, positives, negatives }) => ({ value: bin, count: positives + negatives }));
}

/** Of each combination of sex and age group that either side has, how many cases. */
function peopleIn(rows: readonly PeopleRow[], keys: readonly string[], period: Months): number[] {
  const counts = new Map(keys.map((key) => [key, 0]));
  for (const row of rows) {
    const key = `${row.sex}|${row.ageGroup}`;
    if (within(row, period)) counts.set(key, (counts.get(key) ?? 0) + row.tp + row.fp + row.fn + row.tn);
  }
  return [...counts.values()];
}

function referenceOf(
  periods: readonly Period[],
  rules: DriftRules,
): { reference: Period; later: Period[] } | null {
  const { referenceCases, referenceMonth } = rules;
  if (referenceMonth !== null) {
    const at = periods.findIndex(({ from, to }) => from <= referenceMonth && referenceMonth <= to);
    const reference = periods[at];
    if (reference !== undefined) return { reference, later: periods.slice(at + 1) };
  }
  const [first] = periods;
  if (first === undefined) return null;
  let cases = 0;
  const upTo = periods.findIndex((period) => {
    cases += period.cases;
    return cases >= referenceCases;
  });
  if (upTo === -1) return null;
  return {
    reference: { from: first.from, to: periods[upTo]?.to ?? first.to, cases },
    later: periods.slice(upTo + 1),
  };
}

/**
 * How the scores, and the sex and age of who was read, have moved from the reference to each later period. An alert is a stability index at or above the
 * threshold that is also more than chance gives so few cases (99 %).
 *
 * @param periods Whole blocks of months, in order.
 */
export function driftOf(
  periods: readonly Period[],
  scores: readonly ScoreRow[],
  people: readonly PeopleRow[],
  rules: DriftRules,
): Drift {
  const { threshold } = rules;
  const found = referenceOf(periods, rules);
  if (found === null) return { reference: null, threshold, points: [] };
  const { reference, later } = found;
  const then = scoresIn(scores, reference);
  const points = later.map((period): DriftPoint => {
    const now = scoresIn(scores, period);
    const either = people.filter((row) => within(row, reference) || within(row, period));
    const keys = [...new Set(either.map(({ sex, ageGroup }) => `${sex}|${ageGroup}`))];
    const sides = [peopleIn(people, keys, reference), peopleIn(people, keys, period)] as const;
    const ofScores = populationStability(then, now);
    const ofPeople = stabilityIndex(...sides);
    const ks = kolmogorovSmirnov(then, now);
    const isAlert = (index: number | null, bins: number): boolean =>
      index !== null && index >= threshold && index > stabilityNoise(bins, reference.cases, period.cases);
    return {
      ...period,
      scores: ofScores,
      people: ofPeople,
      distance: ks?.statistic ?? null,
      p: ks?.p ?? null,
      alerts: [
        ...(isAlert(ofScores, 10) ? (['scores'] as const) : []),
        ...(isAlert(ofPeople, keys.length) ? (['people'] as const) : []),
      ],
    };
  });
  return { reference, threshold, points };
}
