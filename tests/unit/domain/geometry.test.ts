import { expect, test } from 'vitest';
import { imageNormal, patientPoint } from '../../../electron/domain/geometry.ts';
import { extentOf, extentWords } from '../../../electron/domain/measurement.ts';
import type { ImageAttributes } from '../../../electron/shared/pixels.ts';

type Plane = Parameters<typeof patientPoint>[0];

const axial: Plane = {
  position: [-100, -120, 40],
  orientation: [1, 0, 0, 0, 1, 0],
  pixelSpacing: [0.8, 0.5],
  spacingSource: 'patient',
};

test('the first pixel lies at the position; x runs along the row by the column spacing', () => {
  expect(patientPoint(axial, { x: 0, y: 0 })).toEqual([-100, -120, 40]);
  expect(patientPoint(axial, { x: 10, y: 0 })).toEqual([-95, -120, 40]);
  expect(patientPoint(axial, { x: 0, y: 10 })).toEqual([-100, -112, 40]);
});

test('an oblique plane by hand: rows towards the left and front, columns to the feet', () => {
  const half = Math.SQRT1_2;
  const oblique: Plane = { ...axial, orientation: [half, -half, 0, 0, 0, -1] };
  const [x, y, z] = patientPoint(oblique, { x: 20, y: 5 });
  // 20 · 0.5 mm along (√½, −√½, 0), 5 · 0.8 mm along (0, 0, −1).
  expect(x).toBeCloseTo(-100 + 7.0710678, 6);
  expect(y).toBeCloseTo(-120 - 7.0710678, 6);
  expect(z).toBeCloseTo(36, 9);
  const [nx, ny, nz] = imageNormal([half, -half, 0, 0, 0, -1]);
  expect([nx, ny, nz].map((share) => Number(share.toFixed(6)))).toEqual([0.707107, 0.707107, 0]);
});

test('the normal of an axial image points to the head', () => {
  expect(imageNormal([1, 0, 0, 0, 1, 0])).toEqual([0, 0, 1]);
});

test.each<[string, Partial<Plane>]>([
  ['no position', { position: null }],
  ['no orientation', { orientation: null }],
  ['no spacing', { pixelSpacing: null }],
  ['spacing at the detector', { spacingSource: 'detector' }],
  ['cosines that are no unit vectors', { orientation: [1, 0, 0, 0, 0.9, 0] }],
  ['cosines that are not perpendicular', { orientation: [1, 0, 0, Math.SQRT1_2, Math.SQRT1_2, 0] }],
])('%s: refused rather than placed', (_, change) => {
  expect(() => patientPoint({ ...axial, ...change }, { x: 0, y: 0 })).toThrow(
    expect.objectContaining({ type: 'refused', code: 'no-geometry' }),
  );
});

test("a mark's extent carries its unit", () => {
  const words = (image: Pick<ImageAttributes, 'pixelSpacing' | 'spacingSource'>): string =>
    extentWords(extentOf(image, [10, 20, 30, 70]));
  expect(words({ pixelSpacing: [0.8, 0.5], spacingSource: 'patient' })).toBe('10.0 × 40.0 mm');
  expect(words({ pixelSpacing: [0.8, 0.5], spacingSource: 'detector' })).toBe(
    '10.0 × 40.0 mm at the detector',
  );
  expect(words({ pixelSpacing: null, spacingSource: null })).toBe('20 × 50 px');
  expect(words({ pixelSpacing: [0.8, 0.5], spacingSource: null })).toBe('20 × 50 px');
});
