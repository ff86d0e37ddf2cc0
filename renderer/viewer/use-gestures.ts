import { type PointerEvent, type RefObject, useEffect, useRef } from 'react';
import type { Point } from './affine.ts';
import type { Tool } from './marks.ts';
import { imagePoint } from './shown.ts';
import type { StackView } from './stack-view.ts';
import { dragWindow, type WindowLevel } from './window-level.ts';

/** What a drag with the left button draws, in image pixels: where it began and where it is. */
export interface Drawing {
  readonly tool: Extract<Tool, 'length' | 'ellipse' | 'mark-rectangle' | 'mark-ellipse'>;
  readonly from: Point;
  readonly to: Point;
}

interface Drag {
  readonly act: Tool;
  readonly startX: number;
  readonly startY: number;
  x: number;
  y: number;
  readonly window: WindowLevel | null;
  /** The window may be narrower than one. */
  readonly exact: boolean;
  readonly from: Point | null;
}

/** Pixels of wheel travel that make one step; a mouse's notch is far above it, a touchpad adds up to it. */
const WHEEL_STEP = 40;
/** Movement below which a press is a click and draws nothing. */
const CLICK = 3;

/** The mouse on an image: left the tool, right window and level, middle pan, wheel scroll, Ctrl + wheel zoom. */
export function useGestures(
  pane: RefObject<HTMLDivElement | null>,
  view: StackView | null,
  tool: Tool,
  on: {
    readonly drawing: (drawing: Drawing | null) => void;
    readonly drawn: (drawing: Drawing) => void;
    readonly hover: (point: Point | null) => void;
    readonly click: () => void;
  },
) {
  const drag = useRef<Drag | null>(null);
  const at = (event: { clientX: number; clientY: number }): Point => {
    const box = pane.current?.getBoundingClientRect();
    return [event.clientX - (box?.left ?? 0), event.clientY - (box?.top ?? 0)];
  };
  const inImage = (event: { clientX: number; clientY: number }): Point | null => {
    const shown = view?.state.shown;
    return shown === null || shown === undefined ? null : imagePoint(shown, at(event));
  };

  useEffect(() => {
    const element = pane.current;
    if (element === null || view === null) return undefined;
    let travel = 0;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 40 : event.deltaY;
      if (event.ctrlKey) {
        const box = element.getBoundingClientRect();
        const point = [event.clientX - box.left, event.clientY - box.top] as const;
        view.zoomBy(1.0015 ** -pixels, point);
        return;
      }
      travel += pixels;
      const steps = Math.trunc(travel / WHEEL_STEP);
      if (steps === 0) return;
      travel = 0;
      // One notch is one image, however far the system says that it travels.
      view.step(Math.sign(steps));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [pane, view]);

  const drawingOf = (active: Drag, event: PointerEvent): Drawing | null => {
    const to = inImage(event);
    const { act, from } = active;
    if (to === null || from === null || act === 'window' || act === 'zoom' || act === 'pan') return null;
    return { tool: act, from, to };
  };

  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    const shown = view?.state.shown;
    if (view === null || shown === null || shown === undefined || drag.current !== null) return;
    const act: Tool = event.button === 2 ? 'window' : event.button === 1 ? 'pan' : tool;
    event.currentTarget.setPointerCapture(event.pointerId);
    const [x, y] = [event.clientX, event.clientY];
    drag.current = {
      act,
      startX: x,
      startY: y,
      x,
      y,
      window: shown.window,
      exact: shown.voi.kind !== 'LINEAR' && shown.voi.kind !== 'TABLE',
      from: inImage(event),
    };
  };

  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    on.hover(inImage(event));
    const active = drag.current;
    if (active === null || view === null) return;
    const [dx, dy] = [event.clientX - active.x, event.clientY - active.y];
    active.x = event.clientX;
    active.y = event.clientY;
    switch (active.act) {
      case 'window':
        if (active.window !== null) {
          const total = [event.clientX - active.startX, event.clientY - active.startY] as const;
          if (Math.hypot(...total) >= CLICK)
            view.setWindow(dragWindow(active.window, ...total, active.exact));
        }
        return;
      case 'pan':
        view.panBy(dx, dy);
        return;
      case 'zoom': {
        const box = pane.current?.getBoundingClientRect();
        view.zoomBy(1.006 ** -dy, [active.startX - (box?.left ?? 0), active.startY - (box?.top ?? 0)]);
        return;
      }
      default:
        on.drawing(drawingOf(active, event));
    }
  };

  const onPointerUp = (event: PointerEvent<HTMLDivElement>) => {
    const active = drag.current;
    if (active === null) return;
    drag.current = null;
    on.drawing(null);
    const travelled = Math.hypot(event.clientX - active.startX, event.clientY - active.startY);
    if (travelled < CLICK) {
      if (event.button === 0) on.click();
      return;
    }
    const drawing = drawingOf(active, event);
    if (drawing !== null) on.drawn(drawing);
  };

  return {
    onPointerDown,
    onPointerMove,
    onPointerUp,
    onPointerCancel: () => {
      drag.current = null;
      on.drawing(null);
    },
    onPointerLeave: () => on.hover(null),
    onContextMenu: (event: { preventDefault: () => void }) => event.preventDefault(),
  };
}
