import type { Store } from '../shared/ports.ts';
import type { EventHub } from './events.ts';
import { releaseAtStart, releaseIdle } from './claim-study.ts';

/** How often idle claims are looked for. */
const LOOK_MS = 30_000;

/** Ends what claims the last run left, and those that fall idle from now on; the windows are told to look again. */
export function watchClaims(
  store: Store,
  events: Pick<EventHub, 'publish'>,
  everyMs = LOOK_MS,
): { stop(): void } {
  releaseAtStart(store);
  const timer = setInterval(() => {
    if (releaseIdle(store) > 0) events.publish({ type: 'studies-changed' });
  }, everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
