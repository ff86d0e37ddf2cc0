import { modalityTransform, openingVoi, voiTransform } from '../../electron/shared/frame-values.ts';
import type { ImageAttributes } from '../../electron/shared/pixels.ts';
import { displayFrame } from './display-frame.ts';
import { parseSlab } from './slab.ts';

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
  const { decoded } = first;
  const frame = displayFrame(decoded, image);
  const share = voiTransform(openingVoi(decoded.values, frame.range));
  const modality = modalityTransform(decoded.values);
  const grey = (sample: number): number => {
    const white = share(modality(decoded.data[sample] ?? 0));
    return 255 * (frame.whiteIsLow ? 1 - white : white);
  };
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
        const at = row * frame.columns + column;
        const value = frame.samples === 3 ? (frame.data[at * 3 + channel] ?? 0) : grey(at);
        picture.data[(y * canvas.width + x) * 4 + channel] = inside ? value : 0;
      }
      picture.data[(y * canvas.width + x) * 4 + 3] = 255;
    }
  }
  context.putImageData(picture, 0, 0);
  return null;
}
