import { expect, test } from 'vitest';
import { positionsOf, sameLevel, scrollLink } from '../../../renderer/viewer/link-scroll.ts';
import type { StackFrame } from '../../../renderer/viewer/stack-frames.ts';

type Orientation = [number, number, number, number, number, number];
const AXIAL: Orientation = [1, 0, 0, 0, 1, 0];
const CORONAL: Orientation = [1, 0, 0, 0, 0, -1];

/** Slices `step` mm apart from `start` on. */
function stack(
  count: number,
  start: number,
  step: number,
  orientation: Orientation | null = AXIAL,
): StackFrame[] {
  return Array.from(
    { length: count },
    (_, index) =>
      ({
        image: { position: orientation === null ? null : [0, 0, start + step * index], orientation },
      }) as unknown as StackFrame,
  );
}

test('parallel stacks that overlap go together by position, whatever their distances', () => {
  const [first, second] = [stack(12, 0, 2), stack(8, 0, 3)];
  const link = scrollLink(first, second);
  expect(link).toEqual({ kind: 'position', offset: 0 });
  // 6 mm is slice 2 of the second; 22 mm lies beyond its end at 21 mm.
  expect(sameLevel(link, first, second, 3, 1)).toBe(2);
  expect(sameLevel(link, first, second, 11, 1)).toBe(7);
  expect(sameLevel(link, second, first, 2, -1)).toBe(3);
  expect(positionsOf(second)?.at.slice(0, 3)).toEqual([0, 3, 6]);
});

test('shifted as the reader put them, there and back', () => {
  const [first, second] = [stack(12, 0, 2), stack(12, 100, 2)];
  const link = { kind: 'position', offset: 104 } as const;
  expect(sameLevel(link, first, second, 3, 1)).toBe(5);
  expect(sameLevel(link, second, first, 5, -1)).toBe(3);
});

test('other planes, no positions, or no overlap: by fraction; one image does not scroll', () => {
  const first = stack(11, 0, 2);
  expect(scrollLink(first, stack(6, 0, 2, CORONAL))).toEqual({ kind: 'fraction' });
  expect(scrollLink(first, stack(6, 0, 2, null))).toEqual({ kind: 'fraction' });
  expect(scrollLink(first, stack(6, 500, 2))).toEqual({ kind: 'fraction' });
  expect(scrollLink(first, stack(1, 0, 2))).toEqual({ kind: 'none' });
  expect(sameLevel({ kind: 'fraction' }, first, stack(6, 500, 2), 10, 1)).toBe(5);
  expect(sameLevel({ kind: 'fraction' }, first, stack(6, 500, 2), 5, 1)).toBe(3);
  expect(sameLevel({ kind: 'fraction' }, first, stack(6, 500, 2), 0, 1)).toBe(0);
});
