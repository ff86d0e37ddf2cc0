import { expect, test } from 'vitest';
import type { CodecImage } from '../../../electron/dicom/codecs/codec-image.ts';
import { conformSamples } from '../../../electron/dicom/conform-samples.ts';
import type { PixelLayout } from '../../../electron/dicom/pixel-layout.ts';
import { codeOf } from './samples.ts';

const layout = (bitsStored: number, signed: boolean): PixelLayout => ({
  rows: 1,
  columns: 3,
  frames: 1,
  samples: 1,
  bitsAllocated: 16,
  bitsStored,
  highBit: bitsStored - 1,
  signed,
  float: false,
  planar: false,
  photometric: 'MONOCHROME2',
  lossyBefore: false,
});
const image = (data: CodecImage['data'], signed: boolean, precision = 16): CodecImage => ({
  rows: 1,
  columns: data.length,
  components: 1,
  precision,
  signed,
  data,
  isRgb: false,
});

test('a lossy value beyond the stored bits is refused, never turned into its opposite', async () => {
  const lossy = (values: number[], stored: number, signed: boolean) =>
    codeOf(() => conformSamples(image(Int16Array.from(values), true), layout(stored, signed), false));
  expect(await lossy([-16384, 0, 16383], 15, true)).toBe('accepted');
  expect(await lossy([-16384, 0, 16384], 15, true)).toBe('inconsistent-pixels');
  expect(await lossy([-16385, 0, 1], 15, true)).toBe('inconsistent-pixels');
  expect(await lossy([0, 1, 4095], 12, false)).toBe('accepted');
  expect(await lossy([0, 1, 4096], 12, false)).toBe('inconsistent-pixels');
  expect(await lossy([0, 1, -1], 12, false)).toBe('inconsistent-pixels');
});

test('an unsigned stream of signed pixels holds their two’s complement in its own bits', async () => {
  const conform = (data: Uint16Array, stored: number) =>
    conformSamples(image(data, false), layout(stored, true), false);
  expect([...conform(Uint16Array.of(0, 0xffff, 0xf800), 12).data]).toEqual([0, -1, -2048]);
  expect(await codeOf(() => conform(Uint16Array.of(0, 1, 0x0800), 12))).toBe('inconsistent-pixels');
  expect(await codeOf(() => conform(Uint16Array.of(0, 1, 0xf7ff), 12))).toBe('inconsistent-pixels');
});
