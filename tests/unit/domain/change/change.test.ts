import { expect, test } from 'vitest';
import {
  DAYS_A_YEAR,
  daysBetween,
  growthOf,
  volumeDoublingTime,
} from '../../../../electron/domain/change/growth.ts';
import {
  axesOf,
  ellipseArea,
  ellipsoidVolume,
  sphereVolume,
} from '../../../../electron/domain/change/size.ts';

/**
 * By hand, a nodule of 10 mm that is 20 mm 300 days later: V1 = π/6 · 1000 = 523.599 mm³, V2 = π/6 · 8000 = 4188.790 mm³, eight times
 * as much, three doublings: 300 / 3 = 100 days each.
 */
test('worked example: 10 mm to 20 mm in 300 days doubles its volume every 100 days', () => {
  const [v1, v2] = [sphereVolume(10), sphereVolume(20)];
  expect(v1).toBeCloseTo(523.5987756, 6);
  expect(v2).toBeCloseTo(4188.7902048, 6);
  expect(volumeDoublingTime(v1, v2, 300)).toBeCloseTo(100, 9);
  expect(volumeDoublingTime(v2, v1, 300)).toBeCloseTo(-100, 9);
  expect(growthOf(v1, v2, 300).percent).toBeCloseTo(700, 9);
});

test('axes, area and volume of an ellipse of 20 by 10 mm, whichever way it lies', () => {
  const axes = axesOf(10, 20);
  expect(axes).toEqual({ long: 20, short: 10 });
  // π/4 · 200; π/6 · 20 · 10 · 10; π/6 · 20 · 10 · 15.
  expect(ellipseArea(axes)).toBeCloseTo(157.0796327, 6);
  expect(ellipsoidVolume(axes)).toBeCloseTo(1047.1975512, 6);
  expect(ellipsoidVolume(axes, 15)).toBeCloseTo(1570.7963268, 6);
  expect(ellipsoidVolume({ long: 10, short: 10 })).toBeCloseTo(sphereVolume(10), 9);
});

test('a fifth more in a fifth of a year: 20 %, 1.2⁵ − 1 = 148.832 % a year, 10 mm a year', () => {
  const growth = growthOf(10, 12, DAYS_A_YEAR / 5);
  expect(growth.percent).toBeCloseTo(20, 9);
  expect(growth.percentPerYear).toBeCloseTo(148.832, 9);
  expect(growth.unitsPerYear).toBeCloseTo(10, 9);
});

test('what cannot be said is not said: from nothing, to nothing, and in no time', () => {
  expect(growthOf(0, 5, 100)).toMatchObject({ percent: null, percentPerYear: null });
  expect(growthOf(5, 0, 100)).toMatchObject({ percent: -100, percentPerYear: null });
  expect(growthOf(5, 6, 0)).toEqual({ percent: 20, percentPerYear: null, unitsPerYear: null });
  expect(volumeDoublingTime(5, 5, 100)).toBeNull();
  expect(volumeDoublingTime(0, 5, 100)).toBeNull();
  expect(volumeDoublingTime(5, 0, 100)).toBeNull();
  expect(volumeDoublingTime(5, 6, 0)).toBeNull();
  expect(() => sphereVolume(-1)).toThrow('not negative');
  expect(() => axesOf(Number.NaN, 1)).toThrow('not negative');
  expect(() => growthOf(-1, 1, 1)).toThrow('not negative');
  expect(() => volumeDoublingTime(1, Number.POSITIVE_INFINITY, 1)).toThrow('not negative');
});

test('days between dates go by the calendar, over leap days and summer time; what is no date has none', () => {
  expect(daysBetween('2024-02-28', '2024-03-01')).toBe(2);
  expect(daysBetween('2026-11-20', '2025-11-20')).toBe(-365);
  expect(daysBetween('2026-03-28', '2026-03-30')).toBe(2);
  expect(daysBetween('', '2026-01-01')).toBeNull();
  expect(daysBetween('2025-02-30', '2026-01-01')).toBeNull();
});
