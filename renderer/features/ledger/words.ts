import type { Months, Scanner, ToldEstimate } from '../../../electron/shared/ledger.ts';

/** A share as '0.83', a number as it is written in tables here. */
export function decimals(value: number | null, digits = 2): string {
  return value === null ? '–' : value.toFixed(digits);
}

/** '0.83 (0.79–0.87)', or that it rests on too few cases. */
export function estimate(told: ToldEstimate | null): string {
  if (told === null) return 'too few';
  return `${told.value.toFixed(2)} (${told.low.toFixed(2)}–${told.high.toFixed(2)})`;
}

/** '2026-01', or '2026-01 to 2026-03'. */
export function months({ from, to }: Months): string {
  return from === to ? from : `${from} to ${to}`;
}

export function scannerName({ manufacturer, model, station, software }: Scanner): string {
  const named = [manufacturer, model].filter((part) => part !== '').join(' ');
  const rest = [station, software === '' ? '' : `software ${software}`].filter((part) => part !== '');
  return [named === '' ? 'manufacturer not stated' : named, ...rest].join(' · ');
}

const CHANGED = { scores: 'the scores', people: 'who is examined' } as const;

export function alertWords(alerts: readonly ('scores' | 'people')[]): string {
  return alerts.map((one) => CHANGED[one]).join(' and ');
}
