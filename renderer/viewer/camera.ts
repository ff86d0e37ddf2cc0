import type { StackViewport, Types } from '@cornerstonejs/core';
import { type Affine, affineFrom } from './affine.ts';
import type { StackFrame } from './stack-frames.ts';

/**
 * Magnifies about a point of the viewport (CSS pixels), which stays where it is.
 *
 * @returns Whether the viewport had a camera to move.
 */
export function zoomAbout(viewport: StackViewport, factor: number, anchor: Types.Point2): boolean {
  const { parallelScale, focalPoint } = viewport.getCamera();
  if (parallelScale === undefined || focalPoint === undefined) return false;
  const scale = Math.max(1e-3, parallelScale / factor);
  const fixed = viewport.canvasToWorld(anchor);
  const ratio = scale / parallelScale;
  const moved = focalPoint.map((value, axis) => {
    const about = fixed[axis] ?? 0;
    return about + (value - about) * ratio;
  }) as Types.Point3;
  return look(viewport, moved, scale);
}

/** Brings a point of the viewport (CSS pixels) into its middle. Returns whether the viewport had a camera to move. */
export function centreOn(viewport: StackViewport, at: Types.Point2): boolean {
  const { parallelScale, focalPoint } = viewport.getCamera();
  if (parallelScale === undefined || focalPoint === undefined) return false;
  return look(viewport, viewport.canvasToWorld(at), parallelScale);
}

/** Where a viewport looks, and how much of it fits: half its height in the image's own millimetres (pixels where there are none). */
export interface Camera {
  readonly focalPoint: Types.Point3;
  readonly parallelScale: number;
}

export function cameraOf(viewport: StackViewport): Camera | null {
  const { parallelScale, focalPoint } = viewport.getCamera();
  return parallelScale === undefined || focalPoint === undefined ? null : { parallelScale, focalPoint };
}

/** The same but for rounding: a view that follows must not be followed back. */
export function sameCamera(a: Camera, b: Camera | null): boolean {
  if (b === null) return false;
  const close = (x: number, y: number): boolean => Math.abs(x - y) <= 1e-6 * Math.max(1, Math.abs(x));
  return (
    close(a.parallelScale, b.parallelScale) &&
    a.focalPoint.every((value, axis) => close(value, b.focalPoint[axis] ?? Number.NaN))
  );
}

export function lookAs(viewport: StackViewport, { focalPoint, parallelScale }: Camera): void {
  look(viewport, focalPoint, parallelScale);
}

function look(viewport: StackViewport, focalPoint: Types.Point3, parallelScale: number): boolean {
  const before = viewport.getCamera();
  const position = before.position?.map(
    (value, axis) => value + (focalPoint[axis] ?? 0) - (before.focalPoint?.[axis] ?? 0),
  ) as Types.Point3;
  viewport.setCamera({ focalPoint, position });
  viewport.setCamera({ parallelScale });
  viewport.render();
  return true;
}

/**
 * Image pixels (origin at the centre of the top left one) → CSS pixels of the viewport, taken from what Cornerstone really draws, so that
 * marks cannot drift from the pixels.
 */
export function drawnAffine(viewport: StackViewport, frame: StackFrame): Affine {
  const [betweenRows, betweenColumns] = frame.image.pixelSpacing ?? [1, 1];
  // The processor path counts from the corner of the top left pixel, the graphics path from its centre.
  const half = isProcessorPath(viewport) ? 0.5 : 0;
  const at = (x: number, y: number) =>
    viewport.worldToCanvas([(x + half) * betweenColumns, (y + half) * betweenRows, 0]);
  return affineFrom(at(0, 0), at(1, 0), at(0, 1));
}

function isProcessorPath(viewport: StackViewport): boolean {
  return (viewport as unknown as { useCPURendering: boolean }).useCPURendering;
}
