import { expect, test } from 'vitest';
import type { DecodedFrame, ImageAttributes } from '../../../electron/shared/pixels.ts';
import { dataRange, displayFrame, modalityExtent } from '../../../renderer/viewer/display-frame.ts';

const IMAGE: ImageAttributes = {
  rows: 1,
  columns: 4,
  frames: 1,
  samples: 1,
  bitsAllocated: 16,
  bitsStored: 16,
  signed: true,
  photometric: 'MONOCHROME2',
  transferSyntaxUID: '1.2.840.10008.1.2.1',
  rescaleSlope: 1,
  rescaleIntercept: 0,
  rescaleType: null,
  window: [],
  pixelSpacing: null,
  spacingSource: null,
  position: null,
  orientation: null,
  patientOrientation: null,
  pixelPadding: null,
  burnedInAnnotation: null,
};

const decoded = (
  type: DecodedFrame['type'],
  data: DecodedFrame['data'],
  photometric = 'MONOCHROME2',
): DecodedFrame => ({
  rows: 1,
  columns: 4,
  samples: 1,
  type,
  photometric,
  data,
});

test('16 bits are drawn as they are, without a copy', () => {
  const data = Int16Array.of(-5, 0, 7, 9);
  const frame = displayFrame(decoded('int16', data), IMAGE);
  expect(frame.data).toBe(data);
  expect([frame.minimum, frame.maximum]).toEqual([-5, 9]);
});

test('floats keep their values within one part in 65,535 of the range', () => {
  const values = Float32Array.of(-0.5, 0.1, 0.25, 1.5);
  const frame = displayFrame(decoded('float32', values), { ...IMAGE, rescaleSlope: 2, rescaleIntercept: 1 });
  values.forEach((value, index) => {
    const shown = (frame.data[index] ?? 0) * frame.slope + frame.intercept;
    expect(Math.abs(shown - (value * 2 + 1))).toBeLessThan((2 * 2) / 65535);
  });
});

test('the window in modality units becomes stored units; a negative slope and MONOCHROME1 each turn the greys over', () => {
  const data = Uint16Array.of(0, 1, 2, 3);
  const plain = displayFrame(decoded('uint16', data), { ...IMAGE, rescaleSlope: 2, rescaleIntercept: -10 });
  expect(dataRange(plain, { low: -10, high: 10 }, false)).toEqual({ lower: 0, upper: 10, invert: false });
  const negative = displayFrame(decoded('uint16', data), {
    ...IMAGE,
    rescaleSlope: -2,
    rescaleIntercept: 10,
  });
  expect(dataRange(negative, { low: -10, high: 8 }, false)).toEqual({ lower: 1, upper: 10, invert: true });
  const both = displayFrame(decoded('uint16', data, 'MONOCHROME1'), {
    ...IMAGE,
    rescaleSlope: -2,
    rescaleIntercept: 10,
  });
  expect(dataRange(both, { low: -10, high: 10 }, false).invert).toBe(false);
  expect(dataRange(both, { low: -10, high: 10 }, true).invert).toBe(true);
});

test('padding does not widen the opening window', () => {
  const frame = displayFrame(decoded('int16', Int16Array.of(-2000, 10, 20, 30)), IMAGE);
  expect(modalityExtent(frame, -2000)).toEqual({ min: 10, max: 30 });
  expect(modalityExtent(frame, null)).toEqual({ min: -2000, max: 30 });
});
