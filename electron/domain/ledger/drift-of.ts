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

/** Rows by their month, so that each period looks at its own alone. */
type ByMonth<Row> = ReadonlyMap<string, readonly Row[]>;

function rowsIn<Row>(rows: ByMonth<Row>, period: Months): Row[] {
  return [...rows].flatMap(([month, those]) => (within({ month }, period) ? those : []));
}

function scoresIn(rows: ByMonth<ScoreRow>, period: Months): ValueCount[] {
  const bins = new Map<number, number>();
  for (const { bin, positives, negatives } of rowsIn(rows, period))
    bins.set(bin, (bins.get(bin) ?? 0) + positives + negatives);
  return [...bins].map(([value, count]) => ({ value, count }));
}

/** Of each combination of sex and age group how many cases. */
function peopleIn(rows: ByMonth<PeopleRow>, period: Months): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { sex, ageGroup, tp, fp, fn, tn } of rowsIn(rows, period)) {
    const key = `${sex}|${ageGroup}`;
    counts.set(key, (counts.get(key) ?? 0) + tp + fp + fn + tn);
  }
  return counts;
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
 * @param newestAlone Only the last point.
 */
export function driftOf(
  periods: readonly Period[],
  scores: readonly ScoreRow[],
  people: readonly PeopleRow[],
  rules: DriftRules,
  newestAlone = false,
): Drift {
  const { threshold } = rules;
  const found = referenceOf(periods, rules);
  if (found === null) return { reference: null, threshold, points: [] };
  const { reference, later } = found;
  const [scoresByMonth, peopleByMonth] = [
    Map.groupBy(scores, ({ month }) => month),
    Map.groupBy(people, ({ month }) => month),
  ];
  const then = scoresIn(scoresByMonth, reference);
  const thosePeople = peopleIn(peopleByMonth, reference);
  const points = (newestAlone ? later.slice(-1) : later).map((period): DriftPoint => {
    const now = scoresIn(scoresByMonth, period);
    const thesePeople = peopleIn(peopleByMonth, period);
    // What neither side has is no bin.
    const keys = [...new Set([...thosePeople.keys(), ...thesePeople.keys()])];
    const sides = [
      keys.map((key) => thosePeople.get(key) ?? 0),
      keys.map((key) => thesePeople.get(key) ?? 0),
    ] as const;
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
