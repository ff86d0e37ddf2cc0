import {
  lookUp,
  modalityRange,
  modalityTransform,
  rescaledRange,
  type Voi,
  voiTransform,
} from '../../electron/shared/frame-values.ts';
import type {
  DecodedFrame,
  FrameWithValues,
  ImageAttributes,
  PixelArray,
} from '../../electron/shared/pixels.ts';

/**
 * A frame in a form that both of Cornerstone's renderers draw exactly: one 8- or 16-bit sample a pixel, or 8-bit RGB.
 * For one sample, modality value = `slope` × data + `intercept`. Only for drawing: whatever is measured comes
 * from the stored values.
 */
export interface DisplayFrame {
  readonly rows: number;
  readonly columns: number;
  readonly samples: 1 | 3;
  readonly data: Uint8Array | Uint16Array | Int16Array;
  /** Least and greatest of `data`, whatever they mean. */
  readonly minimum: number;
  readonly maximum: number;
  readonly slope: number;
  readonly intercept: number;
  /** Least and greatest modality value, padding left out. */
  readonly range: { readonly min: number; readonly max: number };
  /** MONOCHROME1: low values are white. */
  readonly whiteIsLow: boolean;
}

/** The drawable form of a decoded frame, by its own values' meaning. */
export function displayFrame(
  decoded: FrameWithValues,
  image: Pick<ImageAttributes, 'bitsStored'>,
): DisplayFrame {
  if (decoded.samples === 3) return colour(decoded, image);
  const { data, rows, columns, values } = decoded;
  const whiteIsLow = decoded.photometric === 'MONOCHROME1';
  const { modalityLut, pixelPadding, rescaleSlope: slope, rescaleIntercept: intercept } = values;
  if (modalityLut !== null) {
    // A curve cannot be carried by slope and intercept: its values themselves are drawn.
    const mapped = new Uint16Array(data.length);
    mapStored(data, (stored) => lookUp(modalityLut, stored), mapped);
    const range = modalityRange(data, values);
    return {
      rows,
      columns,
      samples: 1,
      whiteIsLow,
      range,
      data: mapped,
      ...extent(mapped),
      slope: 1,
      intercept: 0,
    };
  }
  const { minimum, maximum } = extent(data);
  // Without padding one pass over the pixels is enough.
  const range = pixelPadding === null ? rescaledRange(minimum, maximum, values) : modalityRange(data, values);
  const base = { rows, columns, samples: 1 as const, whiteIsLow, range };
  if (data instanceof Uint8Array || data instanceof Uint16Array || data instanceof Int16Array) {
    return { ...base, data, minimum, maximum, slope, intercept };
  }
  if (data instanceof Int8Array) {
    return { ...base, data: Int16Array.from(data), minimum, maximum, slope, intercept };
  }
  // 32 and 64 bits: spread over 65,536 steps, finer than any screen; the affine map carries the values.
  const step = (maximum - minimum) / 65535 || 1;
  const steps = new Uint16Array(data.length);
  for (let i = 0; i < data.length; i += 1) {
    const value = data[i] ?? 0;
    // NaN is no number of steps: it is drawn as the least value, infinity as an end.
    steps[i] = Math.min(65535, Math.max(0, Math.round((value - minimum) / step)));
  }
  return {
    ...base,
    data: steps,
    minimum: 0,
    maximum: Math.round((maximum - minimum) / step),
    slope: slope * step,
    intercept: slope * minimum + intercept,
  };
}

/**
 * A frame whose greys are already made, 0 to 255, for curves that no straight window draws: VOI LUT and SIGMOID. In the same type of
 * array as the frame's own data, so that going from one to the other is no new shape.
 */
export function greyFrame(frame: DisplayFrame, decoded: FrameWithValues, voi: Voi): DisplayFrame {
  const share = voiTransform(voi);
  const modality = modalityTransform(decoded.values);
  // NaN, where nothing was measured, is drawn black.
  const grey = (stored: number): number => Math.round(255 * share(modality(stored))) || 0;
  const greys = frame.data.slice();
  mapStored(decoded.data, grey, greys);
  return { ...frame, data: greys, minimum: 0, maximum: 255, slope: 1, intercept: 0 };
}

/** Writes `change` of each stored value; of integers up to 16 bits it is worked out once a value that may occur, not once a pixel. */
function mapStored(
  data: PixelArray,
  change: (stored: number) => number,
  out: Uint8Array | Uint16Array | Int16Array,
): void {
  const narrow = data.BYTES_PER_ELEMENT <= 2;
  const { minimum, maximum } = extent(data);
  if (!narrow || maximum - minimum >= data.length) {
    for (let i = 0; i < out.length; i += 1) out[i] = change(data[i] as number);
    return;
  }
  const table = new Float64Array(maximum - minimum + 1);
  for (let i = 0; i < table.length; i += 1) table[i] = change(minimum + i);
  for (let i = 0; i < out.length; i += 1) out[i] = table[(data[i] as number) - minimum] as number;
}

function colour(decoded: DecodedFrame, image: Pick<ImageAttributes, 'bitsStored'>): DisplayFrame {
  const { data, rows, columns } = decoded;
  const shift = Math.max(0, image.bitsStored - 8);
  let eight: Uint8Array;
  if (data instanceof Uint8Array) eight = data;
  else {
    eight = new Uint8Array(data.length);
    for (let i = 0; i < data.length; i += 1) eight[i] = Math.min(255, (data[i] ?? 0) / 2 ** shift);
  }
  const base = { rows, columns, samples: 3 as const, data: eight, minimum: 0, maximum: 255 };
  return { ...base, slope: 1, intercept: 0, range: { min: 0, max: 255 }, whiteIsLow: false };
}

function extent(data: ArrayLike<number>): { minimum: number; maximum: number } {
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < data.length; i += 1) {
    const value = data[i] as number;
    if (!Number.isFinite(value)) continue;
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  return Number.isFinite(minimum) && Number.isFinite(maximum)
    ? { minimum, maximum }
    : { minimum: 0, maximum: 0 };
}

/** The data values drawn black and white under a window, and whether low is white (slope below 0, MONOCHROME1, the reader). */
export function dataRange(
  frame: DisplayFrame,
  range: { low: number; high: number },
  inverted: boolean,
): { lower: number; upper: number; invert: boolean } {
  const a = (range.low - frame.intercept) / frame.slope;
  const b = (range.high - frame.intercept) / frame.slope;
  const flipped = frame.slope < 0;
  return {
    lower: Math.min(a, b),
    upper: Math.max(a, b),
    invert: (flipped !== frame.whiteIsLow) !== inverted,
  };
}
