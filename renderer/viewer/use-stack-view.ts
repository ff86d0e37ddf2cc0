import { type RefObject, useEffect, useEffectEvent, useRef, useState, useSyncExternalStore } from 'react';
import type { FrameSource } from './frame-source.ts';
import type { StackState } from './shown.ts';
import { StackView } from './stack-view.ts';

const NOTHING: StackState = { shown: null, wanted: 0 };
const noSubscription = () => () => {};

/** A stack of `source` in the element that the ref is given to; closed with the component or when the source changes. */
export function useStackView(
  source: FrameSource,
  firstIndex: number,
): { element: RefObject<HTMLDivElement | null>; view: StackView | null; state: StackState } {
  const element = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<StackView | null>(null);
  const open = useEffectEvent((into: HTMLDivElement) => new StackView(into, source, firstIndex));
  useEffect(() => {
    if (element.current === null) return undefined;
    const made = open(element.current);
    setView(made);
    return () => {
      setView(null);
      made.dispose();
    };
  }, [source]);
  const state = useSyncExternalStore(
    view === null ? noSubscription : (listener) => view.subscribe(listener),
    () => view?.state ?? NOTHING,
  );
  return { element, view, state };
}
