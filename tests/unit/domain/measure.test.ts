import { expect, test } from 'vitest';
import { modalityUnit } from '../../../electron/shared/frame-values.ts';
import { ellipseStatistics, lengthOf, type MeasuredImage } from '../../../electron/shared/measure.ts';
import { frameValues } from '../../fixtures/frame-values.ts';

const values = frameValues({ rescaleSlope: 2, rescaleIntercept: -1024, rescaleType: 'HU' });

const image: MeasuredImage = {
  rows: 9,
  columns: 11,
  samples: 1,
  data: Int16Array.from({ length: 99 }, (_, index) => index),
  values,
  pixelSpacing: [0.8, 0.5],
  spacingSource: 'patient',
};

test('length: row spacing goes down, column spacing across', () => {
  expect(lengthOf({ x: 1, y: 1 }, { x: 7, y: 1 }, [0.8, 0.5], 'patient')).toEqual({ value: 3, unit: 'mm' });
  expect(lengthOf({ x: 1, y: 1 }, { x: 1, y: 6 }, [0.8, 0.5], 'patient')).toEqual({ value: 4, unit: 'mm' });
  expect(lengthOf({ x: 1, y: 1 }, { x: 7, y: 6 }, [0.8, 0.5], 'patient')).toEqual({ value: 5, unit: 'mm' });
});

test('without spacing there are no millimetres; at the detector the unit says so', () => {
  const [p, q] = [
    { x: 0, y: 0 },
    { x: 3, y: 4 },
  ];
  expect(lengthOf(p, q, null, 'patient')).toEqual({ value: 5, unit: 'px' });
  expect(lengthOf(p, q, [1, 1], 'detector').unit).toBe('mm at the detector');
  expect(ellipseStatistics({ ...image, pixelSpacing: null }, [0, 0, 4, 4]).area.unit).toBe('px²');
  const atDetector = ellipseStatistics({ ...image, spacingSource: 'detector' }, [0, 0, 4, 4]);
  expect(atDetector.area.unit).toBe('mm² at the detector');
});

test('a spacing of which nothing says where it holds measures nothing: pixels, in number and in unit', () => {
  expect(lengthOf({ x: 0, y: 0 }, { x: 3, y: 4 }, [2, 2], null)).toEqual({ value: 5, unit: 'px' });
  const { area } = ellipseStatistics({ ...image, spacingSource: null }, [4, 3, 6, 5]);
  expect(area).toEqual({ value: Math.PI, unit: 'px²' });
});

test('an ellipse by hand: a circle of radius 1 around (5, 4) holds five pixel centres', () => {
  const { area, pixels, values: found } = ellipseStatistics(image, [4, 3, 6, 5]);
  expect(area.value).toBeCloseTo(Math.PI * 0.5 * 0.8, 12);
  expect(pixels).toBe(5);
  // Stored: 38, 48, 49, 50, 60 at (5,3) (4,4) (5,4) (6,4) (5,5); mean 49, variance (121+1+0+1+121)/5 = 48.8.
  expect(found).toMatchObject({ mean: 2 * 49 - 1024, min: 2 * 38 - 1024, max: 2 * 60 - 1024, unit: 'HU' });
  expect(found?.sd).toBeCloseTo(2 * Math.sqrt(48.8), 12);
});

test('it agrees with asking every pixel of the image', () => {
  const box = [1.3, 0.4, 9.9, 7.2] as const;
  const inside: number[] = [];
  for (let y = 0; y < 9; y++) {
    for (let x = 0; x < 11; x++) {
      if (((x - 5.6) / 4.3) ** 2 + ((y - 3.8) / 3.4) ** 2 <= 1) inside.push((y * 11 + x) * 2 - 1024);
    }
  }
  const { pixels, values: found } = ellipseStatistics(image, box);
  expect(pixels).toBe(inside.length);
  expect(found?.mean).toBeCloseTo(inside.reduce((sum, value) => sum + value, 0) / inside.length, 9);
});

test('a box drawn from the other corner is the same ellipse', () => {
  expect(ellipseStatistics(image, [6, 5, 4, 3])).toEqual(ellipseStatistics(image, [4, 3, 6, 5]));
});

test('over the edge only pixels of the image count; the area is that of the ellipse', () => {
  const { pixels, area } = ellipseStatistics(image, [-1, -1, 1, 1]);
  expect(pixels).toBe(3);
  expect(area.value).toBeCloseTo(Math.PI * 0.5 * 0.8, 12);
});

test('padding is left out and counted; colour and an empty ellipse have no values', () => {
  const padded = { ...image, values: { ...values, pixelPadding: 60 } };
  const { pixels, padding, values: found } = ellipseStatistics(padded, [4, 3, 6, 5]);
  expect([pixels, padding, found?.max]).toEqual([4, 1, 2 * 50 - 1024]);
  const range = { ...image, values: { ...values, pixelPadding: 60, pixelPaddingLimit: 49 } };
  expect(ellipseStatistics(range, [4, 3, 6, 5])).toMatchObject({ pixels: 2, padding: 3 });
  expect(ellipseStatistics({ ...image, samples: 3 }, [4, 3, 6, 5]).values).toBeNull();
  expect(ellipseStatistics(image, [4.2, 3.2, 4.8, 3.8])).toMatchObject({ pixels: 0, values: null });
  expect(ellipseStatistics(image, [4, 3, 4, 5])).toMatchObject({ pixels: 0, values: null });
});

test('HU stands only where the file says so', () => {
  const slope = frameValues({ rescaleSlope: 2 });
  expect(modalityUnit({ ...slope, rescaleType: 'HU' })).toBe('HU');
  expect(modalityUnit(slope)).toBe('rescaled value');
  expect(modalityUnit({ ...slope, rescaleType: 'US' })).toBe('rescaled value');
  expect(modalityUnit(frameValues())).toBe('stored value');
  expect(modalityUnit({ ...slope, rescaleType: 'OD' })).toBe('OD');
  expect(modalityUnit(frameValues({ modalityLut: { first: 0, bits: 8, entries: [1] } }))).toBe(
    'rescaled value',
  );
});

test('a Modality LUT gives the values that are measured, its ends beyond its range', () => {
  const modalityLut = { first: 39, bits: 16, entries: Array.from({ length: 12 }, (_, i) => 1000 + 10 * i) };
  const mapped = { ...image, values: frameValues({ modalityLut, rescaleType: 'OD' }) };
  // Stored 38, 48, 49, 50, 60 → the first entry, entries 9, 10 and 11, the last entry.
  expect(ellipseStatistics(mapped, [4, 3, 6, 5]).values).toMatchObject({
    mean: (1000 + 1090 + 1100 + 1110 + 1110) / 5,
    min: 1000,
    max: 1110,
    unit: 'OD',
  });
});

test('a real world map is taken where the rescale names no unit and every pixel lies in its range', () => {
  const realWorld = { first: 0, last: 60, slope: 0.5, intercept: 3, unit: 'mm2/s', label: 'ADC' };
  const of = (changes: Parameters<typeof frameValues>[0]) =>
    ellipseStatistics({ ...image, values: frameValues({ rescaleSlope: 2, ...changes }) }, [4, 3, 6, 5])
      .values;
  expect(of({ realWorld })).toMatchObject({ mean: 0.5 * 49 + 3, unit: 'mm2/s' });
  expect(of({ realWorld: { ...realWorld, last: 59 } })).toMatchObject({ mean: 98, unit: 'rescaled value' });
  expect(of({ realWorld, rescaleType: 'HU' })).toMatchObject({ mean: 98, unit: 'HU' });
});
