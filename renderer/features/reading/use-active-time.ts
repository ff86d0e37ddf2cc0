import { useCallback, useEffect, useState } from 'react';

/** Without a move of the mouse, a key or the wheel for so long, the reader is taken to be elsewhere. */
const IDLE_MS = 30_000;
const TICK_MS = 1000;

/**
 * Seconds in which the reader was at this read: the window was visible, and there was a sign of the reader in the last half minute. Kept
 * for the window's session, so that a reload does not begin anew. Shown nowhere while reading: a clock hurries.
 */
export function useActiveTime(readId: string): () => number {
  const storage = `overread.active.${readId}`;
  const [clock] = useState(() => new ActiveClock(storage));
  useEffect(() => clock.run(), [clock]);
  return useCallback(() => clock.seconds, [clock]);
}

class ActiveClock {
  readonly #storage: string;
  #seconds: number;
  #lastSign = 0;

  constructor(storage: string) {
    this.#storage = storage;
    this.#seconds = Number(sessionStorage.getItem(storage) ?? '0');
  }

  get seconds(): number {
    return this.#seconds;
  }

  /** Counts until what it gives is called. */
  run(): () => void {
    const sign = (): void => {
      this.#lastSign = performance.now();
    };
    sign();
    const signs = ['pointermove', 'pointerdown', 'keydown', 'wheel'] as const;
    for (const event of signs) window.addEventListener(event, sign, { passive: true, capture: true });
    const timer = setInterval(() => {
      if (document.visibilityState !== 'visible' || performance.now() - this.#lastSign > IDLE_MS) return;
      this.#seconds += TICK_MS / 1000;
      sessionStorage.setItem(this.#storage, String(this.#seconds));
    }, TICK_MS);
    return () => {
      clearInterval(timer);
      for (const event of signs) window.removeEventListener(event, sign, { capture: true });
    };
  }
}
