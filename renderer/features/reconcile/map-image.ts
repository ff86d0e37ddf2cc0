import { requestBytes } from '../../api/request.ts';
import { contourPath } from './contours.ts';

/** A mask as an outline, or a heatmap as a picture; both in image pixels. */
export type MapLayer =
  | { readonly kind: 'mask'; readonly path: string }
  | { readonly kind: 'heatmap'; readonly url: string; readonly rows: number; readonly columns: number };

/** The amber of the AI's marks, as look.md has it. */
const AMBER = [245, 184, 61] as const;

/** Fetches a map (8-bit grey PNG in the image's own matrix) and makes it drawable. */
export async function loadMap(
  address: string,
  kind: 'mask' | 'heatmap',
  signal: AbortSignal,
): Promise<MapLayer> {
  const blob = new Blob([await requestBytes(address, signal)], { type: 'image/png' });
  const bitmap = await createImageBitmap(blob, { premultiplyAlpha: 'none', colorSpaceConversion: 'none' });
  const { width: columns, height: rows } = bitmap;
  const canvas = new OffscreenCanvas(columns, rows);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('This browser gives no drawing surface.');
  context.drawImage(bitmap, 0, 0);
  const picture = context.getImageData(0, 0, columns, rows);
  const { data } = picture;
  if (kind === 'mask') {
    const inside = (column: number, row: number) =>
      column >= 0 &&
      row >= 0 &&
      column < columns &&
      row < rows &&
      (data[(row * columns + column) * 4] ?? 0) > 127;
    return { kind, path: contourPath(rows, columns, inside) };
  }
  for (let i = 0; i < data.length; i += 4) {
    const attention = data[i] ?? 0;
    data.set([...AMBER, Math.round(attention * 0.6)], i);
  }
  context.putImageData(picture, 0, 0);
  return { kind, url: URL.createObjectURL(await canvas.convertToBlob()), rows, columns };
}
