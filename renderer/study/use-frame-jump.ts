import { useCallback, useRef, useState } from 'react';
import type { FrameRef } from '../../electron/shared/read.ts';
import { frameKey } from '../viewer/stack-frames.ts';
import type { StackView } from '../viewer/stack-view.ts';
import type { StudySeries } from './study-series.ts';

/**
 * Goes to a frame wherever it lies in the study, another series included. `firstIndex` is where the shown series has to
 * open: each series opens where it was left.
 */
export function useFrameJump(
  all: readonly StudySeries[],
  current: number,
  onSeries: (index: number) => void,
) {
  const view = useRef<StackView | null>(null);
  // A map that is only read when a series opens.
  const [left] = useState(() => new Map<number, number>());
  const onView = useCallback(
    (made: StackView | null) => {
      if (made === null && view.current !== null) left.set(current, view.current.state.wanted);
      view.current = made;
    },
    [current, left],
  );
  const jump = (ref: FrameRef) => {
    const key = frameKey(ref);
    const series = all.findIndex(({ frames }) => frames.some((frame) => frame.key === key));
    const index = all[series]?.frames.findIndex((frame) => frame.key === key) ?? -1;
    if (index < 0) return;
    if (series === current) view.current?.show(index);
    else {
      left.set(series, index);
      onSeries(series);
    }
  };
  return { view, onView, firstIndex: left.get(current) ?? 0, jump };
}
