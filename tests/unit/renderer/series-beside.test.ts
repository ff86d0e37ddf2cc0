import { expect, test } from 'vitest';
import { seriesBeside, type StudySeries } from '../../../renderer/study/study-series.ts';

/** A study of stacks with so many frames each; 0: a series without images. */
const study = (...frames: number[]): StudySeries[] =>
  frames.map(
    (count, at) => ({ key: `${at}`, frames: Array.from({ length: count }) }) as unknown as StudySeries,
  );

test('the next series is the next one with images, past those without, and none beyond the ends', () => {
  const all = study(3, 0, 0, 5, 0);
  expect(seriesBeside(all, 0, 1)).toBe(3);
  expect(seriesBeside(all, 3, -1)).toBe(0);
  expect(seriesBeside(all, 3, 1)).toBeNull();
  expect(seriesBeside(all, 0, -1)).toBeNull();
});
