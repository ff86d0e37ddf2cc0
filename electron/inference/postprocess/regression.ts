import type { Measurement } from '../../shared/analysis.ts';
import type { PackOutput } from '../../shared/pack.ts';

/** Digits after the point that a step of rounding has: 0.5 has one. */
function digitsOf(step: number): number {
  for (let digits = 0; digits < 12; digits++) if (Number(step.toFixed(digits)) === step) return digits;
  return 12;
}

/** A multiple of `step`, written without the noise of binary fractions. */
export function roundTo(value: number, step: number): number {
  return Number((Math.round(value / step) * step).toFixed(digitsOf(step)));
}

/** What a network estimates, rounded as the pack says. That it lies within the range was looked at before (`foreignReason`). */
export function estimateOf(
  { label, unit, roundTo: step, typicalError }: Extract<PackOutput, { kind: 'regression' }>,
  value: number,
  sopInstanceUID: string,
): Measurement {
  const error = typicalError === undefined ? {} : { typicalError };
  return {
    name: label,
    value: roundTo(value, step),
    unit,
    sopInstanceUID,
    estimate: { roundedTo: step, ...error },
  };
}
