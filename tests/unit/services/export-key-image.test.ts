import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import { reduceTo, renderFrame, toPng } from '../../../electron/services/key-image.ts';
import type { FrameValues } from '../../../electron/shared/frame-values.ts';
import type { DecodedFrame, FrameWithValues } from '../../../electron/shared/pixels.ts';
import { frameValues } from '../../fixtures/frame-values.ts';

const frame = (
  stored: number[],
  values: Partial<FrameValues> = {},
  changes: Partial<DecodedFrame> = {},
): FrameWithValues => ({
  rows: 1,
  columns: stored.length,
  samples: 1,
  type: 'int16',
  photometric: 'MONOCHROME2',
  data: Int16Array.from(stored),
  values: frameValues(values),
  ...changes,
});

test('the linear window of PS3.3 C.11.2.1.2.1: centre 2048, width 4096 is a straight line from 0 to 4095', () => {
  const { data } = renderFrame(frame([-5, 0, 1024, 2048, 4095, 5000]), 12, {
    centre: 2048,
    width: 4096,
  });
  expect([...data]).toEqual([
    0,
    0,
    Math.round((1024 / 4095) * 255),
    Math.round((2048 / 4095) * 255),
    255,
    255,
  ]);
});

test('a width of one makes black up to centre − 0.5 and white above', () => {
  const { data } = renderFrame(frame([9, 10, 11]), 12, { centre: 10.5, width: 1 });
  expect([...data]).toEqual([0, 0, 255]);
});

test('values are rescaled before the window', () => {
  const hu = { rescaleIntercept: -1024, window: [{ centre: 40, width: 400 }] };
  const { data } = renderFrame(frame([864, 1064, 1263], hu), 12);
  // −160, 40 and 239 HU: black, middle, white.
  expect([...data]).toEqual([0, Math.round((0.5 / 399 + 0.5) * 255), 255]);
});

test('without a window the whole range is shown, padding left out; MONOCHROME1 is turned over', () => {
  expect([...renderFrame(frame([-2000, 0, 100], { pixelPadding: -2000 }), 12).data]).toEqual([0, 0, 255]);
  const range = { pixelPadding: -2000, pixelPaddingLimit: -1990 };
  expect([...renderFrame(frame([-2000, -1995, 0, 100], range), 12).data]).toEqual([0, 0, 0, 255]);
  const turned = frame([0, 50, 100], {}, { photometric: 'MONOCHROME1' });
  expect([...renderFrame(turned, 12).data]).toEqual([255, 128, 0]);
  expect([...renderFrame(frame([7, 7]), 12).data]).toEqual([0, 0]);
});

test('a negative slope turns the greys over', () => {
  expect([...renderFrame(frame([0, 100], { rescaleSlope: -1 }), 12).data]).toEqual([255, 0]);
});

test('a VOI LUT comes before the window, and MONOCHROME1 turns it over', () => {
  const voiLut = { first: 10, bits: 10, entries: [0, 512, 256, 1023] };
  const values = { voiLut, window: [{ centre: 0, width: 2 }], rescaleIntercept: 10 };
  // 9 → first entry; 13 and beyond → last.
  expect([...renderFrame(frame([-1, 0, 1, 2, 3, 9], values), 12).data]).toEqual([0, 0, 128, 64, 255, 255]);
  const turned = frame([1, 3], values, { photometric: 'MONOCHROME1' });
  expect([...renderFrame(turned, 12).data]).toEqual([127, 0]);
});

test('colour keeps its values, of 16 bits the upper part', () => {
  const eight = frame(
    [1, 2, 3],
    {},
    {
      samples: 3,
      columns: 1,
      photometric: 'RGB',
      data: Uint8Array.of(1, 2, 3),
    },
  );
  expect(renderFrame(eight, 12)).toMatchObject({
    width: 1,
    channels: 3,
    data: Uint8Array.of(1, 2, 3),
  });
  const data = Uint16Array.of(0, 2048, 4095);
  const twelve = frame([], {}, { samples: 3, columns: 1, photometric: 'RGB', type: 'uint16', data });
  expect([...renderFrame(twelve, 12).data]).toEqual([0, 128, 255]);
});

test('palette indices are refused: they are no greys', () => {
  expect(() => renderFrame(frame([1], {}, { photometric: 'PALETTE COLOR' }), 12)).toThrow(
    expect.objectContaining({ code: 'key-image-palette' }),
  );
});

test('reduced by block means, the rest at the edges by what is there', () => {
  const image = {
    width: 5,
    height: 2,
    channels: 1 as const,
    data: Uint8Array.of(0, 10, 20, 30, 40, 20, 30, 40, 50, 60),
  };
  expect(reduceTo(image, 5)).toBe(image);
  expect(reduceTo(image, 3)).toEqual({ width: 3, height: 1, channels: 1, data: Uint8Array.of(15, 35, 50) });
});

test('the PNG holds the same pixels', () => {
  const image = renderFrame(frame([0, 1, 2, 3]), 12);
  const png = decode(toPng(image));
  expect([png.width, png.height, png.channels, png.depth]).toEqual([4, 1, 1, 8]);
  expect([...png.data]).toEqual([...image.data]);
});
