import { describe, expect, it } from 'vitest';
import { invertWithinRange, paddingMask, rescale } from '../../../electron/dicom/modality-values.ts';
import { frameBytes, pixelSha256 } from '../../../electron/dicom/pixel-hash.ts';
import type { DecodedFrame } from '../../../electron/shared/pixels.ts';

const frame: DecodedFrame = {
  rows: 1,
  columns: 3,
  samples: 1,
  type: 'int16',
  photometric: 'MONOCHROME2',
  data: Int16Array.from([-2000, 0, 258]),
};

describe('values of the modality', () => {
  it('are stored values times slope plus intercept, negative slopes included', () => {
    expect([...rescale(frame, 1, -1024)]).toEqual([-3024, -1024, -766]);
    expect([...rescale(frame, -0.5, 0)]).toEqual([1000, 0, -129]);
  });

  it('turn over within their own range', () => {
    expect([...invertWithinRange(Float32Array.from([1, 2, 5]))]).toEqual([5, 4, 1]);
  });

  it('know which pixels are padding', () => {
    expect([...(paddingMask(frame, -2000) ?? [])]).toEqual([1, 0, 0]);
    expect(paddingMask(frame, 7)).toBeNull();
    expect(paddingMask(frame, null)).toBeNull();
  });

  it('hash as little-endian bytes', () => {
    expect([...frameBytes(frame)]).toEqual([0x30, 0xf8, 0, 0, 2, 1]);
    // printf '\x30\xf8\x00\x00\x02\x01' | sha256sum
    expect(pixelSha256(frame)).toBe('c6d069a5cc1c63e0b6cda3038c878b3d476fd2ae06b53fcf02cbd49d5909e7a7');
  });
});
