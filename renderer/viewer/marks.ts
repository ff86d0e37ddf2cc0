import type { ImageBox } from '../../electron/shared/measure.ts';
import type { FrameRef } from '../../electron/shared/read.ts';

/** An outline on an image: the reader's (teal, solid, round handles) the AI's (amber, dashed, square handles), another reader's (violet, dotted) or the truth (rose, dash and dot). */
export interface Mark {
  readonly id: string;
  readonly at: FrameRef;
  readonly shape: 'rectangle' | 'ellipse';
  readonly box: ImageBox;
  readonly tone: 'reader' | 'ai' | 'peer' | 'truth';
  readonly label: string;
  /** The label stands below the outline, on this line from 1; above it unless told. */
  readonly labelBelow?: number;
  /** Whether it may be moved and resized. */
  readonly movable: boolean;
}

/** A measurement that is not part of the read. */
export type Measurement =
  | { readonly id: string; readonly at: FrameRef; readonly kind: 'length'; readonly points: ImageBox }
  | { readonly id: string; readonly at: FrameRef; readonly kind: 'ellipse'; readonly box: ImageBox };

/** What the left button does. */
export type Tool = 'window' | 'zoom' | 'pan' | 'length' | 'ellipse' | 'mark-rectangle' | 'mark-ellipse';

/** Corners put in order: x0 ≤ x1, y0 ≤ y1. */
export function ordered([x0, y0, x1, y1]: ImageBox): [number, number, number, number] {
  return [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)];
}

export function sameFrame(a: FrameRef, b: FrameRef): boolean {
  return a.sopInstanceUID === b.sopInstanceUID && a.frame === b.frame;
}

/** The eight handles of a box, as which of its coordinates they move. */
export const HANDLES: readonly { readonly x: 0 | 2 | null; readonly y: 1 | 3 | null }[] = [
  { x: 0, y: 1 },
  { x: null, y: 1 },
  { x: 2, y: 1 },
  { x: 2, y: null },
  { x: 2, y: 3 },
  { x: null, y: 3 },
  { x: 0, y: 3 },
  { x: 0, y: null },
];

/** Moves a box as a whole. */
export function moved([x0, y0, x1, y1]: ImageBox, dx: number, dy: number): [number, number, number, number] {
  return [x0 + dx, y0 + dy, x1 + dx, y1 + dy];
}

/** Keeps a box inside the image's pixels and at least one pixel wide and high. */
export function clamped(box: ImageBox, rows: number, columns: number): [number, number, number, number] {
  const [x0, y0, x1, y1] = ordered(box);
  const left = Math.max(-0.5, Math.min(columns - 1.5, x0));
  const top = Math.max(-0.5, Math.min(rows - 1.5, y0));
  return [
    left,
    top,
    Math.max(left + 1, Math.min(columns - 0.5, x1)),
    Math.max(top + 1, Math.min(rows - 0.5, y1)),
  ];
}
