import type { ModelSwitch } from '../shared/ledger-ports.ts';

/** How the reason of a result begins that was not made because its model is stopped. */
export const STOPPED = 'This model was stopped at this site';

/** The switch that keeps a version of a model from running; undefined where none does. One of all versions counts as well. */
export function stopOf(
  switches: readonly ModelSwitch[],
  modelId: string,
  version: string,
): ModelSwitch | undefined {
  return switches.find(
    (one) => one.stopped && one.modelId === modelId && (one.version === version || one.version === ''),
  );
}

/** Why it does not run, in a sentence without its full stop; null where nothing keeps it from running. */
export function stoppedWords(
  switches: readonly ModelSwitch[],
  modelId: string,
  version: string,
): string | null {
  const stop = stopOf(switches, modelId, version);
  return stop === undefined ? null : `${STOPPED} on ${stop.at.slice(0, 10)}: ${stop.reason}`;
}
