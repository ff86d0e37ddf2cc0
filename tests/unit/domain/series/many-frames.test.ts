import { describe, expect, test } from 'vitest';
import type { SeriesInstance } from '../../../../electron/domain/series/slice.ts';
import { stacksOf } from '../../../../electron/domain/series/series-stacks.ts';
import type { FrameGeometry } from '../../../../electron/shared/series-geometry.ts';
import { AXIAL, codesOf } from './files.ts';

const FRAMES = 200_000;

const image = (frames: number): NonNullable<SeriesInstance['image']> => ({
  rows: 2,
  columns: 2,
  frames,
  samples: 1,
  position: null,
  orientation: null,
  pixelSpacing: [0.5, 0.5],
  spacingSource: 'patient',
});

const plane = (z: number): FrameGeometry => ({
  position: [0, 0, z],
  orientation: AXIAL as never,
  pixelSpacing: [0.5, 0.5],
});

/** An object whose frames lie at these heights. */
const object = (heights: readonly number[], more: FrameGeometry = {}): SeriesInstance => ({
  sopInstanceUID: '1.2.1',
  instanceNumber: 1,
  kind: 'Image',
  notDrawn: null,
  image: image(heights.length),
  geometry: {
    frameOfReferenceUID: '1.2',
    common: more,
    frames: heights.map(plane),
    dimensions: [],
  },
});

describe(`${FRAMES} frames are more than a call may have arguments`, () => {
  const heights = Array.from({ length: FRAMES }, (_, i) => 2 * i);

  test('of a volume', () => {
    const [stack, ...others] = stacksOf([object(heights, { sliceThickness: 2 })]);
    expect(others).toEqual([]);
    expect(stack?.frames).toBe(FRAMES);
    expect(stack?.verdict).toEqual({ kind: 'regular' });
    expect(stack?.measures?.distance).toEqual({ min: 2, median: 2, max: 2 });
  });

  test('with a gap', () => {
    const [stack] = stacksOf([object(heights.map((z, i) => (i < 7 ? z : z + 2)))]);
    expect(stack && codesOf(stack)).toEqual(['missing-slices']);
    expect(stack?.gaps).toEqual([{ after: 6, missing: 1, distance: 4, expected: 2 }]);
  });

  test('of two passes by instance number, one object each', () => {
    const instances = Array.from(
      { length: 2 * FRAMES },
      (_, i): SeriesInstance => ({
        ...object([]),
        sopInstanceUID: `1.2.${i + 1}`,
        instanceNumber: i + 1,
        image: image(1),
        geometry: { frameOfReferenceUID: '1.2', common: plane(i % FRAMES), frames: null, dimensions: [] },
      }),
    );
    expect(stacksOf(instances).map(({ label, frames }) => [label, frames])).toEqual([
      ['pass 1 of 2, by instance number', FRAMES],
      ['pass 2 of 2, by instance number', FRAMES],
    ]);
  }, 60_000);
});
