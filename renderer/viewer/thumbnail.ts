import type { ImageAttributes } from '../../electron/shared/pixels.ts';
import { initialWindow } from '../../electron/shared/window-presets.ts';
import { dataRange, displayFrame, modalityExtent } from './display-frame.ts';
import { parseSlab } from './slab.ts';
import { displayRange, windowOfRange } from './window-level.ts';

/**
 * Draws a small picture of a slab's first frame, with the window that the frame opens with and square pixels on the
 * screen; the side of the canvas that the image does not fill stays black.
 *
 * @returns The reason where the frame cannot be drawn, else null.
 */
export function drawThumbnail(
  canvas: HTMLCanvasElement,
  slab: ArrayBuffer,
  image: ImageAttributes,
): string | null {
  const [first] = parseSlab(slab);
  if (first === undefined) return 'No frame came.';
  if (first.status === 'failed') return first.error.message;
  const frame = displayFrame(first.decoded, image);
  const window =
    frame.samples === 3
      ? windowOfRange(0, 255)
      : initialWindow(image, modalityExtent(frame, image.pixelPadding));
  const { lower, upper, invert } = dataRange(frame, displayRange(window), false);
  const [rowSpacing, columnSpacing] = image.pixelSpacing ?? [1, 1];
  const scale = Math.max(
    (frame.columns * columnSpacing) / canvas.width,
    (frame.rows * rowSpacing) / canvas.height,
  );
  const width = (frame.columns * columnSpacing) / scale;
  const height = (frame.rows * rowSpacing) / scale;
  const left = (canvas.width - width) / 2;
  const top = (canvas.height - height) / 2;
  const context = canvas.getContext('2d');
  if (context === null) return 'This browser gives no drawing surface.';
  const picture = context.createImageData(canvas.width, canvas.height);
  for (let y = 0; y < canvas.height; y += 1) {
    const row = Math.floor(((y - top) / height) * frame.rows);
    for (let x = 0; x < canvas.width; x += 1) {
      const column = Math.floor(((x - left) / width) * frame.columns);
      const inside = row >= 0 && column >= 0 && row < frame.rows && column < frame.columns;
      for (let channel = 0; channel < 3; channel += 1) {
        const sample = frame.samples === 3 ? channel : 0;
        const value = frame.data[(row * frame.columns + column) * frame.samples + sample] ?? lower;
        const grey = Math.min(1, Math.max(0, (value - lower) / Math.max(upper - lower, 1e-9)));
        picture.data[(y * canvas.width + x) * 4 + channel] = inside ? 255 * (invert ? 1 - grey : grey) : 0;
      }
      picture.data[(y * canvas.width + x) * 4 + 3] = 255;
    }
  }
  context.putImageData(picture, 0, 0);
  return null;
}
