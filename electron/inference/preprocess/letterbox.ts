import type { PreprocessStep } from '../../shared/pack.ts';
import { type GreyImage, plainImage } from './grey-image.ts';
import { triangleResize } from './triangle-resize.ts';

type ResizeStep = Extract<PreprocessStep, { op: 'resize' }>;

/** Millimetres between rows and between columns; null where the file does not say: the pixels then count as square. */
export type Spacing = readonly [number, number] | null;

/** Matrix and geometry of the image that a model read. */
export interface ImageMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly pixelSpacing: Spacing;
}

/** Where the whole image lies in the model's input of `inputRows` × `inputColumns`: whole pixels of the input. */
export interface Placement {
  readonly top: number;
  readonly left: number;
  readonly rows: number;
  readonly columns: number;
  readonly inputRows: number;
  readonly inputColumns: number;
}

/**
 * Where `resize` puts an image (see `preprocessStepSchema`). `squash`: over the whole input. `letterbox`: in its middle with its aspect
 * kept, in millimetres where the pixels are not square; one side fills the input, the other is rounded to whole pixels, at least 1.
 */
export function placementOf(
  step: Pick<ResizeStep, 'rows' | 'columns' | 'aspect'>,
  image: ImageMatrix,
): Placement {
  const { rows: inputRows, columns: inputColumns } = step;
  if (step.aspect === 'squash') {
    return { top: 0, left: 0, rows: inputRows, columns: inputColumns, inputRows, inputColumns };
  }
  const [down, across] = image.pixelSpacing ?? [1, 1];
  const high = image.rows * down;
  const wide = image.columns * across;
  const upright = high * inputColumns >= wide * inputRows;
  const rows = upright ? inputRows : Math.max(1, Math.floor((high * inputColumns) / wide + 0.5));
  const columns = upright ? Math.max(1, Math.floor((wide * inputRows) / high + 0.5)) : inputColumns;
  return {
    top: Math.floor((inputRows - rows) / 2),
    left: Math.floor((inputColumns - columns) / 2),
    rows,
    columns,
    inputRows,
    inputColumns,
  };
}

/** The placement that a pack's last step gives: of a pack that cuts tiles, the image as it is. A pack without either is refused when it is loaded. */
export function placementIn(steps: readonly PreprocessStep[], image: ImageMatrix): Placement {
  if (steps.some(({ op }) => op === 'tiles')) return placementOf({ ...image, aspect: 'squash' }, image);
  const step = steps.findLast((one): one is ResizeStep => one.op === 'resize');
  if (step === undefined) throw new TypeError('A pack without a resize step was loaded.');
  return placementOf(step, image);
}

/** The image at its place in the input, 0 around it. */
export function placeImage(image: GreyImage, place: Placement): GreyImage {
  const small = triangleResize(image, place.rows, place.columns);
  if (place.rows === place.inputRows && place.columns === place.inputColumns) return small;
  const out = new Float64Array(place.inputRows * place.inputColumns);
  for (let y = 0; y < place.rows; y++) {
    const from = y * place.columns;
    out.set(
      small.values.subarray(from, from + place.columns),
      (y + place.top) * place.inputColumns + place.left,
    );
  }
  return plainImage(place.inputRows, place.inputColumns, out);
}

/**
 * A box in edges of the input's pixels (pixel i reaches from i to i + 1) as a box of the image: x0, y0, x1, y1 in its
 * pixels, origin at the centre of the top left pixel, cut at the image's edge. Null where the box's centre lies outside the image.
 */
export function boxOfImage(
  box: readonly [number, number, number, number],
  place: Placement,
  image: ImageMatrix,
): [number, number, number, number] | null {
  const x = (at: number): number => ((at - place.left) * image.columns) / place.columns;
  const y = (at: number): number => ((at - place.top) * image.rows) / place.rows;
  const [x0, y0, x1, y1] = [x(box[0]), y(box[1]), x(box[2]), y(box[3])];
  const [middleX, middleY] = [(x0 + x1) / 2, (y0 + y1) / 2];
  if (middleX < 0 || middleX > image.columns || middleY < 0 || middleY > image.rows) return null;
  return [
    Math.max(x0, 0) - 0.5,
    Math.max(y0, 0) - 0.5,
    Math.min(x1, image.columns) - 0.5,
    Math.min(y1, image.rows) - 0.5,
  ];
}
