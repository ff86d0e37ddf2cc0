/** Mean length of a year of the Gregorian calendar, in days. */
export const DAYS_A_YEAR = 365.2425;

/** What changed between two measurements of one size (axis in mm, area in mm² or volume in mm³) `days` apart. */
export interface Growth {
  /** Per cent of the first; null where the first is 0. */
  readonly percent: number | null;
  /** Per cent a year, compounded (exponential model); null where it cannot be said: no time between, or one of the two is 0. */
  readonly percentPerYear: number | null;
  /** The size's own unit a year, in a straight line; null where no time lies between. */
  readonly unitsPerYear: number | null;
}

/**
 * Growth from one size to another of the same kind.
 *
 * @param from Not negative.
 * @param to Not negative, in the same unit.
 * @param days Between the two; 0 and less have no rate.
 * @throws RangeError where a size is negative or no number.
 */
export function growthOf(from: number, to: number, days: number): Growth {
  requireSize(from);
  requireSize(to);
  const timed = days > 0 && Number.isFinite(days);
  return {
    percent: from === 0 ? null : (100 * (to - from)) / from,
    percentPerYear: !timed || from === 0 || to === 0 ? null : 100 * ((to / from) ** (DAYS_A_YEAR / days) - 1),
    unitsPerYear: timed ? ((to - from) * DAYS_A_YEAR) / days : null,
  };
}

/**
 * Volume doubling time in days, by the exponential model: days · ln 2 / ln(V2 / V1). Negative where the volume shrinks (then its halving
 * time with a minus sign). Null where the model says nothing: the same volume, a volume of 0, or no time between.
 *
 * Source: Schwartz M. A biomathematical approach to clinical tumor growth. Cancer 1961;14:1272-94.
 *
 * @param from Volume V1, mm³ (any unit, the same for both).
 * @param to Volume V2.
 * @param days Between the two.
 * @throws RangeError where a volume is negative or no number.
 */
export function volumeDoublingTime(from: number, to: number, days: number): number | null {
  requireSize(from);
  requireSize(to);
  if (from === 0 || to === 0 || from === to || !(days > 0)) return null;
  return (days * Math.LN2) / Math.log(to / from);
}

/**
 * Whole days from one date to another, both YYYY-MM-DD; negative where the second is the earlier one. Null where one is no date of the
 * calendar (a study date may be missing or wrong).
 */
export function daysBetween(from: string, to: string): number | null {
  const [first, second] = [dayNumber(from), dayNumber(to)];
  return first === null || second === null ? null : second - first;
}

function dayNumber(date: string): number | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date);
  if (match === null) return null;
  const at = new Date(0);
  at.setUTCFullYear(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
  // 30 February would silently be another day.
  return at.toISOString().slice(0, 10) === date ? at.getTime() / 86_400_000 : null;
}

function requireSize(value: number): void {
  if (!(value >= 0 && Number.isFinite(value)))
    throw new RangeError(`A size is a number that is not negative, not ${value}.`);
}
