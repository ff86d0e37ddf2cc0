import type { ImageBox } from '../../electron/shared/measure.ts';
import { clamped, moved } from './marks.ts';
import { imagePoint } from './shown.ts';
import type { StackView } from './stack-view.ts';

type Box = [number, number, number, number];

const ARROWS = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'];
/** Keys that move a box, and that resize it. */
export const MOVE_KEYS: readonly string[] = ARROWS.map((arrow) => `Alt+${arrow}`);
export const RESIZE_KEYS: readonly string[] = ARROWS.map((arrow) => `Alt+Shift+${arrow}`);

/** A box of a fifth of the visible part, in its middle. */
export function middleBox(view: StackView | null): Box {
  const shown = view?.state.shown;
  if (shown === null || shown === undefined) return [0, 0, 1, 1];
  const { rows, columns } = shown.frame.image;
  const [cx, cy] = view === null ? [columns / 2, rows / 2] : imagePoint(shown, view.middle);
  const half = Math.min(rows, columns) / 10;
  return clamped([cx - half, cy - half, cx + half, cy + half], rows, columns);
}

/** A box moved by an arrow key (or, with Shift, its lower right corner) by two image pixels a step, ten with the key held down. */
export function nudgedBox(
  event: Pick<KeyboardEvent, 'key' | 'repeat' | 'shiftKey'>,
  box: ImageBox,
  image: { readonly rows: number; readonly columns: number },
): Box {
  const step = event.repeat ? 10 : 2;
  const dx = event.key === 'ArrowLeft' ? -step : event.key === 'ArrowRight' ? step : 0;
  const dy = event.key === 'ArrowUp' ? -step : event.key === 'ArrowDown' ? step : 0;
  const [x0, y0, x1, y1] = box;
  const changed: Box = event.shiftKey ? [x0, y0, x1 + dx, y1 + dy] : moved(box, dx, dy);
  return clamped(changed, image.rows, image.columns);
}
