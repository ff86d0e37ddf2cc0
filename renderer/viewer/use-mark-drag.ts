import { type PointerEvent, type RefObject, useRef, useState } from 'react';
import { HANDLES, type Mark, clamped, moved } from './marks.ts';
import { imagePoint } from './shown.ts';
import type { StackView } from './stack-view.ts';

interface Grabbed {
  readonly mark: Mark;
  readonly handle: number;
  readonly from: readonly [number, number];
  box: [number, number, number, number];
  travelled: boolean;
}

/** Moving and resizing a mark with the mouse: `preview` while it lasts, `onChange` once at its end. */
export function useMarkDrag(
  pane: RefObject<HTMLDivElement | null>,
  view: StackView | null,
  onSelect: (id: string) => void,
  onChange: (id: string, box: [number, number, number, number]) => void,
) {
  const grabbed = useRef<Grabbed | null>(null);
  const [preview, setPreview] = useState<{ id: string; box: [number, number, number, number] } | null>(null);

  const pointOf = (event: PointerEvent): readonly [number, number] | null => {
    const shown = view?.state.shown;
    const box = pane.current?.getBoundingClientRect();
    if (shown === null || shown === undefined || box === undefined) return null;
    return imagePoint(shown, [event.clientX - box.left, event.clientY - box.top]);
  };

  const grab = (event: PointerEvent, mark: Mark, handle: number) => {
    const from = pointOf(event);
    if (event.button !== 0 || from === null) return;
    event.stopPropagation();
    onSelect(mark.id);
    if (!mark.movable) return;
    pane.current?.setPointerCapture(event.pointerId);
    grabbed.current = { mark, handle, from, box: [...mark.box], travelled: false };
  };

  /** True while a mark is being dragged: the tool must not act. */
  const move = (event: PointerEvent): boolean => {
    const active = grabbed.current;
    const shown = view?.state.shown;
    const point = pointOf(event);
    if (active === null || point === null || shown === null || shown === undefined) return active !== null;
    const [dx, dy] = [point[0] - active.from[0], point[1] - active.from[1]];
    const { rows, columns } = shown.frame.image;
    const box =
      active.handle < 0 ? moved(active.mark.box, dx, dy) : resized(active.mark, active.handle, dx, dy);
    active.box = clamped(box, rows, columns);
    active.travelled = true;
    setPreview({ id: active.mark.id, box: active.box });
    return true;
  };

  const release = (): boolean => {
    const active = grabbed.current;
    grabbed.current = null;
    setPreview(null);
    if (active?.travelled === true) onChange(active.mark.id, active.box);
    return active !== null;
  };

  return { grab, move, release, preview };
}

function resized(mark: Mark, handle: number, dx: number, dy: number): [number, number, number, number] {
  const box: [number, number, number, number] = [...mark.box];
  const { x, y } = HANDLES[handle] ?? { x: null, y: null };
  if (x !== null) box[x] += dx;
  if (y !== null) box[y] += dy;
  return box;
}
