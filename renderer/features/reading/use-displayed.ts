import { useCallback, useRef, useState } from 'react';
import type { FrameRef } from '../../../electron/shared/read.ts';
import { frameKey } from '../../viewer/stack-frames.ts';

/**
 * Which frames were really on the screen during this read. Kept for the window's session, so that a reload does not
 * forget what was seen; never more than was drawn.
 */
export function useDisplayed(readId: string) {
  const storage = `overread.displayed.${readId}`;
  const frames = useRef<Map<string, FrameRef> | null>(null);
  frames.current ??= restore(storage);
  const [count, setCount] = useState(frames.current.size);
  const add = useCallback(
    (ref: FrameRef) => {
      const seen = frames.current;
      const key = frameKey(ref);
      if (seen === null || seen.has(key)) return;
      seen.set(key, { sopInstanceUID: ref.sopInstanceUID, frame: ref.frame });
      sessionStorage.setItem(storage, JSON.stringify([...seen.values()]));
      setCount(seen.size);
    },
    [storage],
  );
  const list = useCallback((): FrameRef[] => [...(frames.current?.values() ?? [])], []);
  return { count, add, list };
}

function restore(storage: string): Map<string, FrameRef> {
  const kept = JSON.parse(sessionStorage.getItem(storage) ?? '[]') as FrameRef[];
  return new Map(kept.map((ref) => [frameKey(ref), ref]));
}
