import type { OperatingPoint } from '../../shared/analysis.ts';
import { missingCaseError } from '../../shared/errors.ts';
import type { PackManifest, PackOutput } from '../../shared/pack.ts';

export function sigmoid(x: number): number {
  // Both forms are the same function; each is used where its exponential cannot overflow.
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

/** The score of a raw output, after the pack's activation. */
export function activate(
  raw: number,
  activation: Extract<PackOutput, { kind: 'score' }>['activation'],
): number {
  switch (activation) {
    case 'sigmoid':
      return sigmoid(raw);
    case 'none':
      return raw;
    default:
      throw missingCaseError(activation);
  }
}

/** The raw output whose score this is: the inverse of `activate`. */
export function rawAt(score: number, activation: Parameters<typeof activate>[1]): number {
  switch (activation) {
    case 'sigmoid':
      return score <= 0 ? Number.NEGATIVE_INFINITY : Math.log(score / (1 - score));
    case 'none':
      return score;
    default:
      throw missingCaseError(activation);
  }
}

/** Platt's calibration (Platt 1999): sigmoid(a · raw + b). */
export function platt(raw: number, { a, b }: { readonly a: number; readonly b: number }): number {
  return sigmoid(a * raw + b);
}

/** The calibrated probability of a raw output; undefined where the pack carries none for the label. */
export function calibrate(
  raw: number,
  label: string,
  manifest: Pick<PackManifest, 'calibration'>,
): number | undefined {
  const fitted = manifest.calibration?.[label];
  return fitted === undefined ? undefined : platt(raw, fitted);
}

/** The strictest operating point that the score reaches; null below both. */
export function operatingPointOf(
  score: number,
  label: string,
  manifest: Pick<PackManifest, 'operatingPoints'>,
): OperatingPoint | null {
  const points = manifest.operatingPoints[label];
  if (points === undefined) return null;
  if (score >= points.balanced) return 'balanced';
  return score >= points['high-sensitivity'] ? 'high-sensitivity' : null;
}
