import { type LesionKind, NORMAL_NODE, TOO_SMALL } from './recist-lesions.ts';

/** Response of the target lesions: complete, partial, stable, progressive; not evaluable. */
export type TargetResponse = 'CR' | 'PR' | 'SD' | 'PD' | 'NE';

/** One target lesion at one time. */
export interface TargetMeasurement {
  readonly id: string;
  readonly kind: LesionKind;
  /**
   * Longest diameter (short axis of a node) in mm, 0 where the lesion is gone; 'too-small' where it is seen and cannot be measured; null
   * where it was not assessed.
   */
  readonly diameter: number | 'too-small' | null;
}

/** The target lesions at one time after baseline. */
export interface TargetAssessment {
  /** Of every lesion that was measured, mm. */
  readonly sum: number;
  /** False where a lesion was not assessed: `sum` is then a lower bound. */
  readonly complete: boolean;
  readonly response: TargetResponse;
  /** Least sum before this time, baseline included, mm. */
  readonly nadir: number;
  /** Per cent against baseline and against the nadir; null where that is 0, or the sum is not complete. */
  readonly fromBaseline: number | null;
  readonly fromNadir: number | null;
  /** Why, in plain words. */
  readonly words: string;
}

/** Rounding of decimal numbers must not decide: 20 % of 35 mm is 7 mm. */
const ROUNDING = 1e-9;

/** Sum of diameters, mm, of what was measured. */
export function sumOfDiameters(lesions: readonly TargetMeasurement[]): number {
  return lesions.reduce((sum, lesion) => sum + (millimetres(lesion) ?? 0), 0);
}

/**
 * Target lesions time by time, each against the baseline and the least sum before it.
 *
 * - CR: every extranodal target is gone, every node is below 10 mm.
 * - PD: at least 20 % more than the nadir, and at least 5 mm more; or a lesion is back after CR.
 * - PR: at least 30 % less than at baseline. SD: none of these.
 * - NE: a target was not assessed, unless what was assessed shows PD all the same.
 *
 * @param baseline Every target lesion, measured.
 * @param later The same lesions (by id), in the order of time; one that is left out was not assessed.
 * @throws RangeError where a lesion of the baseline is not measured, or a diameter is negative.
 */
export function assessTargets(
  baseline: readonly TargetMeasurement[],
  later: readonly (readonly TargetMeasurement[])[],
): TargetAssessment[] {
  if (baseline.some(({ diameter }) => diameter === null))
    throw new RangeError(
      'A target lesion without a diameter at baseline is none: measure it, or leave it out.',
    );
  const base = sumOfDiameters(baseline);
  const assessed: TargetAssessment[] = [];
  let nadir = base;
  for (const given of later) {
    const now = baseline.map(
      (lesion) => given.find(({ id }) => id === lesion.id) ?? { ...lesion, diameter: null },
    );
    const one = assess(
      now,
      base,
      nadir,
      assessed.some(({ response }) => response === 'CR'),
    );
    assessed.push(one);
    // A sum that lacks a lesion is smaller than the tumours are: it would make the next one look like growth.
    if (one.complete) nadir = Math.min(nadir, one.sum);
  }
  return assessed;
}

function assess(
  now: readonly TargetMeasurement[],
  base: number,
  nadir: number,
  afterComplete: boolean,
): TargetAssessment {
  const sum = sumOfDiameters(now);
  const complete = now.every(({ diameter }) => diameter !== null);
  const facts = {
    sum,
    complete,
    nadir,
    fromBaseline: complete && base > 0 ? (100 * (sum - base)) / base : null,
    fromNadir: complete && nadir > 0 ? (100 * (sum - nadir)) / nadir : null,
  };
  const is = (response: TargetResponse, words: string): TargetAssessment => ({ ...facts, response, words });
  if (complete && now.length > 0 && now.every(isGone))
    return is('CR', 'Every target lesion is gone, and every node is below 10 mm.');
  const back = afterComplete ? now.find((lesion) => lesion.kind !== 'node' && isSeen(lesion)) : undefined;
  if (back !== undefined) return is('PD', `${back.id} is back after a complete response.`);
  const more = sum - nadir;
  if (more >= 5 - ROUNDING && more >= 0.2 * nadir - ROUNDING)
    return is('PD', `${mm(more)} more than the least sum before (${mm(nadir)}): at least 20 % and 5 mm.`);
  if (!complete) return is('NE', 'A target lesion was not assessed.');
  if (base > 0 && sum <= 0.7 * base + ROUNDING)
    return is('PR', `At least 30 % less than at baseline (${mm(base)}).`);
  return is('SD', 'Neither 30 % less than at baseline, nor 20 % and 5 mm more than the least sum before.');
}

function isGone(lesion: TargetMeasurement): boolean {
  const diameter = millimetres(lesion);
  return diameter !== null && (lesion.kind === 'node' ? diameter < NORMAL_NODE : diameter === 0);
}

function isSeen(lesion: TargetMeasurement): boolean {
  return (millimetres(lesion) ?? 0) > 0;
}

function millimetres({ id, diameter }: TargetMeasurement): number | null {
  if (diameter === 'too-small') return TOO_SMALL;
  if (diameter !== null && !(diameter >= 0 && Number.isFinite(diameter)))
    throw new RangeError(
      `${id}: a diameter is a number of millimetres that is not negative, not ${diameter}.`,
    );
  return diameter;
}

function mm(value: number): string {
  return `${value.toFixed(1)} mm`;
}
