import { expect, test } from 'vitest';
import type { FrameValues } from '../../../electron/shared/frame-values.ts';
import type { DecodedFrame, FrameWithValues } from '../../../electron/shared/pixels.ts';
import { frameValues } from '../../fixtures/frame-values.ts';
import { dataRange, displayFrame, greyFrame } from '../../../renderer/viewer/display-frame.ts';

const IMAGE = { bitsStored: 16 };

const decoded = (
  type: DecodedFrame['type'],
  data: DecodedFrame['data'],
  values: Partial<FrameValues> = {},
  photometric = 'MONOCHROME2',
): FrameWithValues => ({
  rows: 1,
  columns: 4,
  samples: 1,
  type,
  photometric,
  data,
  values: frameValues(values),
});

test('16 bits are drawn as they are, without a copy', () => {
  const data = Int16Array.of(-5, 0, 7, 9);
  const frame = displayFrame(decoded('int16', data), IMAGE);
  expect(frame.data).toBe(data);
  expect([frame.minimum, frame.maximum]).toEqual([-5, 9]);
});

test('floats keep their values within one part in 65,535 of the range', () => {
  const values = Float32Array.of(-0.5, 0.1, 0.25, 1.5);
  const frame = displayFrame(decoded('float32', values, { rescaleSlope: 2, rescaleIntercept: 1 }), IMAGE);
  values.forEach((value, index) => {
    const shown = (frame.data[index] ?? 0) * frame.slope + frame.intercept;
    expect(Math.abs(shown - (value * 2 + 1))).toBeLessThan((2 * 2) / 65535);
  });
});

test('the window in modality units becomes stored units; a negative slope and MONOCHROME1 each turn the greys over', () => {
  const data = Uint16Array.of(0, 1, 2, 3);
  const slope = (rescaleSlope: number, photometric?: string) =>
    displayFrame(
      decoded('uint16', data, { rescaleSlope, rescaleIntercept: -5 * rescaleSlope }, photometric),
      IMAGE,
    );
  expect(dataRange(slope(2), { low: -10, high: 10 }, false)).toEqual({ lower: 0, upper: 10, invert: false });
  expect(dataRange(slope(-2), { low: -10, high: 8 }, false)).toEqual({ lower: 1, upper: 10, invert: true });
  const both = slope(-2, 'MONOCHROME1');
  expect(dataRange(both, { low: -10, high: 10 }, false).invert).toBe(false);
  expect(dataRange(both, { low: -10, high: 10 }, true).invert).toBe(true);
});

test('padding and its range do not widen the opening window', () => {
  const range = (values: Partial<FrameValues>) =>
    displayFrame(decoded('int16', Int16Array.of(-2000, 10, 20, 30), values), IMAGE).range;
  expect(range({ pixelPadding: -2000 })).toEqual({ min: 10, max: 30 });
  expect(range({ pixelPadding: -2000, pixelPaddingLimit: 10 })).toEqual({ min: 20, max: 30 });
  expect(range({ pixelPadding: 20, rescaleSlope: -1 })).toEqual({ min: -30, max: 2000 });
  expect(range({})).toEqual({ min: -2000, max: 30 });
});

test('a Modality LUT is drawn by its values', () => {
  const modalityLut = { first: 1, bits: 12, entries: [100, 4000, 7] };
  const frame = displayFrame(decoded('uint8', Uint8Array.of(0, 1, 2, 9), { modalityLut }), IMAGE);
  expect([...frame.data]).toEqual([100, 100, 4000, 7]);
  expect(frame).toMatchObject({ slope: 1, intercept: 0, range: { min: 7, max: 4000 } });
});

test('curves become greys in the frame’s own kind of array', () => {
  const values = frameValues({ rescaleIntercept: -10 });
  const stored = { ...decoded('int16', Int16Array.of(0, 10, 12, 60)), values };
  const frame = displayFrame(stored, IMAGE);
  const sigmoid = greyFrame(frame, stored, { kind: 'SIGMOID', centre: 0, width: 8 });
  expect(sigmoid.data).toBeInstanceOf(Int16Array);
  // 255 / (1 + exp(−4 · (x − c) / w)) at −10, 0, 2 and 50.
  expect([...sigmoid.data]).toEqual([2, 128, 186, 255]);
  const table = { first: 0, bits: 8, entries: [9, 10, 11] };
  expect([...greyFrame(frame, stored, { kind: 'TABLE', table }).data]).toEqual([9, 9, 11, 11]);
});
