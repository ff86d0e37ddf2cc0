import { expect, test } from 'vitest';
import { afterRestart, checkNotPast, readInterval } from '../../../electron/dicom/codecs/huffman.ts';

const read = (...bytes: number[]) => {
  const { data, bits, next } = readInterval(Uint8Array.from(bytes), 1, bytes.length);
  return { data: [...data.subarray(0, bits / 8)], ahead: [...data.subarray(bits / 8)], next };
};
const ones = Array.from({ length: 16 }, () => 0xff);

test('an interval is what lies before the next marker, without the stuffed zeros, with ones behind', () => {
  expect(read(9, 1, 0xff, 0, 2, 0xff, 0, 0xff, 0, 0xff, 0xd9)).toEqual({
    data: [1, 0xff, 2, 0xff, 0xff],
    ahead: ones,
    next: 9,
  });
  expect(read(9, 0xff, 0)).toEqual({ data: [0xff], ahead: ones, next: 3 });
  expect(read(9, 0xff, 0xd0, 5)).toEqual({ data: [], ahead: ones, next: 1 });
  expect(read(9, 1, 2, 0xff)).toEqual({ data: [1, 2], ahead: ones, next: 3 });
});

test('the restart marker that is expected must follow, and no bit beyond the interval may be used', () => {
  const bytes = Uint8Array.of(1, 2, 0xff, 0xd3, 4);
  const interval = readInterval(bytes, 0, 5);
  expect(afterRestart(bytes, interval, 3)).toBe(4);
  expect(() => afterRestart(bytes, interval, 4)).toThrow(/restart mark is missing/);
  checkNotPast(interval, 4, 16);
  expect(() => checkNotPast(interval, 4, 15)).toThrow(/end too early/);
});
