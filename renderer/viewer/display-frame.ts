import type { DecodedFrame, ImageAttributes } from '../../electron/shared/pixels.ts';

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
  readonly minimum: number;
  readonly maximum: number;
  readonly slope: number;
  readonly intercept: number;
  /** MONOCHROME1: low values are white. */
  readonly whiteIsLow: boolean;
}

/** The drawable form of a decoded frame. */
export function displayFrame(decoded: DecodedFrame, image: ImageAttributes): DisplayFrame {
  if (decoded.samples === 3) return colour(decoded, image);
  const { data, rows, columns } = decoded;
  const whiteIsLow = decoded.photometric === 'MONOCHROME1';
  const base = { rows, columns, samples: 1 as const, whiteIsLow };
  const slope = image.rescaleSlope;
  const intercept = image.rescaleIntercept;
  const { minimum, maximum } = extent(data);
  if (data instanceof Uint8Array || data instanceof Uint16Array || data instanceof Int16Array) {
    return { ...base, data, minimum, maximum, slope, intercept };
  }
  if (data instanceof Int8Array) {
    return { ...base, data: Int16Array.from(data), minimum, maximum, slope, intercept };
  }
  // 32 and 64 bits: spread over 65,536 steps, finer than any screen; the affine map carries the values.
  const step = (maximum - minimum) / 65535 || 1;
  const steps = new Uint16Array(data.length);
  for (let i = 0; i < data.length; i += 1) steps[i] = Math.round(((data[i] ?? 0) - minimum) / step);
  return {
    ...base,
    data: steps,
    minimum: 0,
    maximum: Math.round((maximum - minimum) / step),
    slope: slope * step,
    intercept: slope * minimum + intercept,
  };
}

function colour(decoded: DecodedFrame, image: ImageAttributes): DisplayFrame {
  const { data, rows, columns } = decoded;
  const shift = Math.max(0, image.bitsStored - 8);
  let eight: Uint8Array;
  if (data instanceof Uint8Array) eight = data;
  else {
    eight = new Uint8Array(data.length);
    for (let i = 0; i < data.length; i += 1) eight[i] = Math.min(255, (data[i] ?? 0) / 2 ** shift);
  }
  const base = { rows, columns, samples: 3 as const, data: eight, minimum: 0, maximum: 255 };
  return { ...base, slope: 1, intercept: 0, whiteIsLow: false };
}

function extent(data: ArrayLike<number>): { minimum: number; maximum: number } {
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < data.length; i += 1) {
    const value = data[i] as number;
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  return Number.isFinite(minimum) && Number.isFinite(maximum)
    ? { minimum, maximum }
    : { minimum: 0, maximum: 0 };
}

/** Least and greatest modality value of a frame, the file's padding value left out. */
export function modalityExtent(frame: DisplayFrame, padding: number | null): { min: number; max: number } {
  let { minimum, maximum } = frame;
  // Padding lies outside the anatomy's values or does no harm: only then does leaving it out change anything.
  if (padding !== null && (padding === minimum || padding === maximum)) {
    ({ minimum, maximum } = extentWithout(frame.data, padding));
  }
  const ends = [minimum * frame.slope + frame.intercept, maximum * frame.slope + frame.intercept];
  return { min: Math.min(...ends), max: Math.max(...ends) };
}

function extentWithout(data: ArrayLike<number>, padding: number): { minimum: number; maximum: number } {
  const kept = Array.from(data).filter((value) => value !== padding);
  return extent(kept);
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
