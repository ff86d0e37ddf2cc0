import { windowEnds } from '../../electron/shared/frame-values.ts';

/** Window centre and width in modality units (after rescale), as DICOM writes them. */
export interface WindowLevel {
  readonly centre: number;
  readonly width: number;
}

/** The window that draws `low` black and `high` white. */
export function windowOfRange(low: number, high: number): WindowLevel {
  return { centre: (low + high) / 2 + 0.5, width: high - low + 1 };
}

/** The grey 0–255 of a modality value under a window, before any inversion; what the screen must show, ±1. */
export function greyOf(value: number, window: WindowLevel): number {
  const [low, high] = windowEnds(window, 'LINEAR');
  if (value <= low) return 0;
  if (value >= high) return 255;
  return Math.round(((value - low) / (high - low)) * 255);
}

/**
 * A drag by (dx, dy) screen pixels: right widens, down darkens (raises the centre); steps follow the width.
 *
 * @param exact The window may be narrower than one (LINEAR_EXACT, SIGMOID), for values that are no integers.
 */
export function dragWindow(start: WindowLevel, dx: number, dy: number, exact = false): WindowLevel {
  const step = (exact ? start.width : Math.max(start.width, 4)) / 256;
  const least = exact ? start.width / 256 : 1;
  return { centre: start.centre + dy * step, width: Math.max(least, start.width + dx * step) };
}
