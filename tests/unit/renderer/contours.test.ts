import { expect, test } from 'vitest';
import { contourPath } from '../../../renderer/features/reconcile/contours.ts';

const path = (rows: readonly string[]) =>
  contourPath(rows.length, rows[0]?.length ?? 0, (column, row) => rows[row]?.[column] === '#');

test('a square is four corners along the pixels’ edges', () => {
  expect(path(['....', '.##.', '.##.', '....'])).toBe('M0.5 0.5L2.5 0.5L2.5 2.5L0.5 2.5Z');
});
test('a hole is a loop of its own', () => {
  expect(path(['###', '#.#', '###']).match(/M/g)).toHaveLength(2);
});
test('pixels that touch at a corner are two closed loops or one, and every edge is drawn once', () => {
  const drawn = path(['#.', '.#']);
  expect(drawn.match(/[ML]/g)).toHaveLength(8);
});
test('nothing inside, no path', () => {
  expect(path(['..', '..'])).toBe('');
});
