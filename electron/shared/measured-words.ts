import type { Measurement } from './analysis.ts';

/** A measurement as a person reads it, without its name. What a network estimates is said to be an estimate. */
export function measuredWords(
  { value, unit, estimate }: Pick<Measurement, 'value' | 'unit' | 'estimate'>,
  number: (value: number) => string,
): string {
  if (estimate === undefined) return `${number(value)} ${unit}`;
  const error =
    estimate.typicalError === undefined
      ? 'its error is not stated'
      : `off by ${estimate.typicalError} ${unit} on average in tests`;
  return `about ${value} ${unit} (an estimate; ${error})`;
}
