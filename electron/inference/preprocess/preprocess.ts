import { missingCaseError, Refused } from '../../shared/errors.ts';
import type { PackManifest, PreprocessStep } from '../../shared/pack.ts';
import type { DecodedFrame } from '../../shared/pixels.ts';
import {
  extent,
  type GreyImage,
  greyFromFrame,
  lumaFromFrame,
  mapValues,
  plainImage,
  planesFromFrame,
} from './grey-image.ts';
import { percentileWindow } from './percentile-window.ts';
import { placeImage, placementOf, type Spacing } from './letterbox.ts';

/** The frame's own modality transform (PS3.3 C.11.1): stored value → modality value. */
export type ModalityTransform = (stored: number) => number;

/** Whether the values are turned over is known from the frame, not from the image as it goes through the steps. */
function applyStep(
  image: GreyImage,
  step: PreprocessStep,
  frame: DecodedFrame,
  transform: ModalityTransform,
  pixelSpacing: Spacing,
): GreyImage {
  switch (step.op) {
    case 'modality-lut':
      // A modality transform is defined for grey images only.
      if (frame.samples === 3) return image;
      return mapValues(image, transform);
    case 'grey':
      return image;
    case 'rgb':
      return mapValues(image, (value) => value / 255);
    case 'monochrome2': {
      if (frame.photometric !== 'MONOCHROME1') return image;
      const { min, max } = extent(image);
      return mapValues(image, (value) => max + min - value);
    }
    case 'percentile-window':
      return percentileWindow(image, step.low, step.high);
    case 'resize':
      return placeImage(image, placementOf(step, { rows: image.rows, columns: image.columns, pixelSpacing }));
    case 'tiles':
      return levelled(image);
    default:
      throw missingCaseError(step);
  }
}

/** The same image with one value a pixel. */
function levelled({ rows, columns, values, index, lowest }: GreyImage): GreyImage {
  if (index === null) return plainImage(rows, columns, values);
  const plain = new Float64Array(rows * columns);
  for (let p = 0; p < plain.length; p++) plain[p] = values[(index[p] as number) - lowest] as number;
  return plainImage(rows, columns, plain);
}

/** A model of colour gets colour: a grey image made into three equal planes would be a stain that no slide has. */
function colourPlanes(frame: DecodedFrame): GreyImage[] {
  if (frame.samples !== 3 || frame.photometric !== 'RGB') {
    throw new Refused('photometric', 'The image is not in colour, and this model reads colour images only.');
  }
  if (frame.type !== 'uint8') {
    throw new Refused(
      'photometric',
      `The image stores colours as ${frame.type}; this model reads colours of 8 bits only.`,
    );
  }
  return planesFromFrame(frame);
}

/** One plane, or three for a model of colour. */
function startPlanes(frame: DecodedFrame, steps: readonly PreprocessStep[]): GreyImage[] {
  if (frame.photometric === 'PALETTE COLOR') {
    throw new Refused(
      'photometric',
      'The image is stored as indices into a palette; a model cannot read those as grey values.',
    );
  }
  if (steps.some((step) => step.op === 'rgb')) return colourPlanes(frame);
  if (frame.samples === 1) return [greyFromFrame(frame)];
  if (!steps.some((step) => step.op === 'grey')) {
    throw new Refused('photometric', 'The image is in colour, and this model reads grey images only.');
  }
  return [lumaFromFrame(frame)];
}

/**
 * From stored values to the model's input, step by step as the pack's manifest says (see `preprocessStepSchema`); the
 * same numbers as `models/training/overread_training/preprocess.py`. Arithmetic in float64, the result in float32.
 *
 * @param pixelSpacing Of the image, for a step that keeps its aspect.
 * @returns The input tensor's values, row by row: `manifest.input.shape` is [1, 1, rows, columns], or [1, 3, rows, columns]
 *   for a model of colour: all of red, then green, then blue. Where the pack cuts tiles: of the whole image.
 * @throws Refused `photometric`, `value-not-a-number`; `pack-manifest` where the steps do not end in the input's shape.
 */
export function preprocess(
  frame: DecodedFrame,
  transform: ModalityTransform,
  manifest: Pick<PackManifest, 'id' | 'preprocess' | 'input'>,
  pixelSpacing: Spacing = null,
): Float32Array {
  let planes = startPlanes(frame, manifest.preprocess);
  for (const step of manifest.preprocess) {
    planes = planes.map((plane) => applyStep(plane, step, frame, transform, pixelSpacing));
  }
  const cut = manifest.preprocess.at(-1)?.op === 'tiles';
  const [, channels, inputRows = 0, inputColumns = 0] = manifest.input.shape;
  const { rows, columns } = cut ? frame : { rows: inputRows, columns: inputColumns };
  const fits = (plane: GreyImage): boolean =>
    plane.rows === rows && plane.columns === columns && plane.index === null;
  if (planes.length !== channels || !planes.every(fits)) {
    throw new Refused(
      'pack-manifest',
      `The preprocessing of model ${manifest.id} does not end in its input's shape.`,
    );
  }
  const input = new Float32Array(planes.length * rows * columns);
  planes.forEach((plane, at) => {
    input.set(plane.values, at * rows * columns);
  });
  return input;
}
