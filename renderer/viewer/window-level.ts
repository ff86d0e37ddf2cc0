/** Window centre and width in modality units (after rescale), as DICOM writes them. */
export interface WindowLevel {
  readonly centre: number;
  readonly width: number;
}

/**
 * The values that are drawn black and white: DICOM's linear function y = ((x − (c − 0.5)) / (w − 1) + 0.5)
 * reaches 0 at `low` and 1 at `high` (PS3.3 C.11.2.1.2.1). A width of 1 is a step.
 */
export function displayRange({ centre, width }: WindowLevel): { low: number; high: number } {
  const half = (Math.max(width, 1) - 1) / 2;
  return { low: centre - 0.5 - half, high: centre - 0.5 + half };
}

/** The window that draws `low` black and `high` white. */
export function windowOfRange(low: number, high: number): WindowLevel {
  return { centre: (low + high) / 2 + 0.5, width: high - low + 1 };
}

/** The grey 0–255 of a modality value under a window, before any inversion; what the screen must show, ±1. */
export function greyOf(value: number, window: WindowLevel): number {
  const { low, high } = displayRange(window);
  if (value <= low) return 0;
  if (value >= high) return 255;
  return Math.round(((value - low) / (high - low)) * 255);
}

/** A drag by (dx, dy) screen pixels: right widens, down darkens (raises the centre); steps follow the width. */
export function dragWindow(start: WindowLevel, dx: number, dy: number): WindowLevel {
  const step = Math.max(start.width, 4) / 256;
  return { centre: start.centre + dy * step, width: Math.max(1, start.width + dx * step) };
}
