import { useCallback, useEffect, useRef, useState } from 'react';
import type { FrameRef } from '../../../electron/shared/read.ts';
import { frameKey } from '../../viewer/stack-frames.ts';

const WRITE_MS = 500;

/**
 * Which frames were really on the screen during this read. Kept for the window's session, so that a reload does not
 * forget what was seen; never more than was drawn.
 */
export function useDisplayed(readId: string) {
  const storage = `overread.displayed.${readId}`;
  // A map that only grows; its size is the state that redraws.
  const [frames] = useState(() => restore(storage));
  const [count, setCount] = useState(frames.size);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const keep = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = undefined;
    sessionStorage.setItem(storage, JSON.stringify([...frames.values()]));
  }, [frames, storage]);
  useEffect(() => {
    window.addEventListener('pagehide', keep);
    return () => {
      window.removeEventListener('pagehide', keep);
      keep();
    };
  }, [keep]);
  const add = useCallback(
    (ref: FrameRef) => {
      const key = frameKey(ref);
      if (frames.has(key)) return;
      frames.set(key, { sopInstanceUID: ref.sopInstanceUID, frame: ref.frame });
      setCount(frames.size);
      // Written at leisure: the list grows with every image of a scroll.
      timer.current ??= setTimeout(keep, WRITE_MS);
    },
    [frames, keep],
  );
  const list = useCallback((): FrameRef[] => [...frames.values()], [frames]);
  return { count, add, list };
}

function restore(storage: string): Map<string, FrameRef> {
  const kept = JSON.parse(sessionStorage.getItem(storage) ?? '[]') as FrameRef[];
  return new Map(kept.map((ref) => [frameKey(ref), ref]));
}
