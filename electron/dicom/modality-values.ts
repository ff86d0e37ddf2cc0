import type { DecodedFrame } from '../shared/pixels.ts';

/** Stored values × slope + intercept (PS3.3 C.11.1.1.2), row by row; colour samples are left interleaved. */
export function rescale(frame: DecodedFrame, slope: number, intercept: number): Float32Array {
  const values = new Float32Array(frame.data.length);
  for (let i = 0; i < values.length; i++) values[i] = (frame.data[i] as number) * slope + intercept;
  return values;
}

/** Turns MONOCHROME1 over within its own range: v → (max + min) − v. In place; gives the same array. */
export function invertWithinRange(values: Float32Array): Float32Array {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const sum = low + high;
  for (let i = 0; i < values.length; i++) values[i] = sum - (values[i] as number);
  return values;
}

/** True where a stored value is Pixel Padding Value (0028,0120), which is no measurement. Null where nothing is padded. */
export function paddingMask(frame: DecodedFrame, pixelPadding: number | null): Uint8Array | null {
  if (pixelPadding === null || frame.samples !== 1) return null;
  const mask = new Uint8Array(frame.data.length);
  let any = false;
  for (let i = 0; i < mask.length; i++) {
    if (frame.data[i] === pixelPadding) {
      mask[i] = 1;
      any = true;
    }
  }
  return any ? mask : null;
}
