import { describe, expect, it } from 'vitest';
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
