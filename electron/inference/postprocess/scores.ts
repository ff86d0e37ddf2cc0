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

/** Platt's calibration of a raw output (Platt 1999): sigmoid(a · raw + b); undefined where the pack carries none for the label. */
export function calibrate(
  raw: number,
  label: string,
  manifest: Pick<PackManifest, 'calibration'>,
): number | undefined {
  const platt = manifest.calibration?.[label];
  return platt === undefined ? undefined : sigmoid(platt.a * raw + platt.b);
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
