import type { Voi } from '../../electron/shared/frame-values.ts';
import { type Affine, apply, invert } from './affine.ts';
import type { ViewFrame } from './frame-cache.ts';
import type { StackFrame } from './stack-frames.ts';
import type { WindowLevel } from './window-level.ts';

/** What is on the screen at this moment; made new after every drawing. */
export interface Shown {
  readonly index: number;
  readonly frame: StackFrame;
  readonly view: ViewFrame;
  readonly window: WindowLevel;
  /** How values become greys: `window` under one of DICOM's functions, or the file's own curve. */
  readonly voi: Voi;
  /** The reader turned the greys over. */
  readonly inverted: boolean;
  /** Screen pixels an image pixel (of a column). */
  readonly zoom: number;
  /** Image pixels (origin at the centre of the top left one) → CSS pixels of the viewport. */
  readonly toCanvas: Affine;
}

export interface StackState {
  /** Null before the first drawing. */
  readonly shown: Shown | null;
  /** The frame that was asked for; differs from `shown.index` while it loads. */
  readonly wanted: number;
}

/** Image pixel under a point of the viewport (CSS pixels). */
export function imagePoint(shown: Shown, at: readonly [number, number]): [number, number] {
  return apply(invert(shown.toCanvas), at);
}

/**
 * What a viewport has to begin anew for where it changes: the matrix, the type of the values and the spacing that a frame is drawn with.
 * Both renderers keep the last frame's.
 */
export function shapeOf(view: ViewFrame, frame: StackFrame | undefined): string {
  const spacing = frame?.image.pixelSpacing?.join() ?? '';
  if (view.status === 'failed') return `tile ${frame?.image.rows}×${frame?.image.columns} ${spacing}`;
  const { rows, columns, samples, data } = view.display;
  return `${rows}×${columns}×${samples} ${data.constructor.name} ${spacing}`;
}
