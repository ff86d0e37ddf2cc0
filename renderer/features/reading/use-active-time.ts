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
  const [time] = useState(() => ({ seconds: Number(sessionStorage.getItem(storage) ?? '0'), lastSign: 0 }));
  useEffect(() => {
    time.lastSign = performance.now();
    const sign = () => {
      time.lastSign = performance.now();
    };
    const signs = ['pointermove', 'pointerdown', 'keydown', 'wheel'] as const;
    for (const event of signs) window.addEventListener(event, sign, { passive: true, capture: true });
    const timer = setInterval(() => {
      if (document.visibilityState !== 'visible' || performance.now() - time.lastSign > IDLE_MS) return;
      time.seconds += TICK_MS / 1000;
      sessionStorage.setItem(storage, String(time.seconds));
    }, TICK_MS);
    return () => {
      clearInterval(timer);
      for (const event of signs) window.removeEventListener(event, sign, { capture: true });
    };
  }, [time, storage]);
  return useCallback(() => time.seconds, [time]);
}
