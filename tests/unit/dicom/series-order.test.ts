import { describe, expect, it } from 'vitest';
import { stacksOf } from '../../../electron/domain/series/series-stacks.ts';
import { type Orderable, orderSeries } from '../../../electron/dicom/series-order.ts';

type Six = [number, number, number, number, number, number];
const AXIAL: Six = [1, 0, 0, 0, 1, 0];

const slice = (
  uid: string,
  number: number | null,
  z: number | null,
  orientation: Six | null = AXIAL,
): Orderable => ({
  sopInstanceUID: uid,
  instanceNumber: number,
  image: { position: z === null ? null : [0, 0, z], orientation },
});
const order = (...slices: Orderable[]) => orderSeries(slices).map(({ sopInstanceUID }) => sopInstanceUID);

describe('the order of a series', () => {
  it('follows the position along the normal, whatever the numbers say', () => {
    expect(order(slice('a', 1, 30), slice('b', 2, 10), slice('c', 3, 20))).toEqual(['b', 'c', 'a']);
  });

  it('follows the normal of tilted slices', () => {
    const tilted: Six = [1, 0, 0, 0, Math.cos(0.3), -Math.sin(0.3)];
    expect(order(slice('a', 1, 5, tilted), slice('b', 2, -5, tilted))).toEqual(['b', 'a']);
  });

  it('takes as parallel what the stacks take as parallel, whichever slice comes first', () => {
    const turned = (by: number): Six => [1, 0, 0, 0, Math.cos(by), Math.sin(by)];
    const stacks = (...slices: Orderable[]) =>
      stacksOf(
        slices.map(({ image, ...one }) => {
          const { position, orientation } = image as { position: number[]; orientation: Six };
          const common = { position: position as [number, number, number], orientation };
          return {
            ...one,
            kind: 'Image',
            notDrawn: null,
            image: {
              ...common,
              rows: 2,
              columns: 2,
              frames: 1,
              samples: 1 as const,
              pixelSpacing: null,
              spacingSource: null,
            },
            geometry: { frameOfReferenceUID: null, common, frames: null, dimensions: [] },
          };
        }),
      );
    const four = (by: number) => {
      const other = turned(by);
      const slices = [
        slice('a', 1, 30),
        slice('b', 2, 10),
        slice('c', 3, 25, other),
        slice('d', 4, 5, other),
      ];
      return [stacks(...slices).length, order(...slices).join('')];
    };
    expect(four(3.9e-4)).toEqual([1, 'dbca']);
    expect(four(4.1e-4)).toEqual([2, 'abcd']);
    // Each within the tolerance of the first by number, two of them not of each other.
    const fan = [slice('a', 2, 30, turned(-3e-4)), slice('b', 1, 20), slice('c', 3, 10, turned(3e-4))];
    expect([stacks(...fan).length, order(...fan)]).toEqual([1, ['c', 'b', 'a']]);
  });

  it('falls back to the numbers where one slice has no position or another direction', () => {
    expect(order(slice('a', 2, 10), slice('b', 1, null))).toEqual(['b', 'a']);
    expect(order(slice('a', 2, 10), slice('b', 1, 20, [0, 1, 0, 0, 0, -1]))).toEqual(['b', 'a']);
    expect(order(slice('a', 2, 10, null), slice('b', 1, 20, null))).toEqual(['b', 'a']);
  });

  it('keeps numbers within one position, and UIDs where there are no numbers', () => {
    expect(order(slice('a', 2, 10), slice('b', 1, 10.001), slice('c', 3, 5))).toEqual(['c', 'b', 'a']);
    expect(
      order(slice('b', null, null, null), slice('a', null, null, null), slice('c', 1, null, null)),
    ).toEqual(['c', 'a', 'b']);
  });

  it('leaves its input as it is', () => {
    const input = [slice('a', 1, 30), slice('b', 2, 10)];
    orderSeries(input);
    expect(input[0]?.sopInstanceUID).toBe('a');
  });
});
