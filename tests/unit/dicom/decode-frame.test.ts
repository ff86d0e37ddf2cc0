import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeFrame } from '../../../electron/dicom/decode-frame.ts';
import type { DicomElement } from '../../../electron/dicom/dicom-element.ts';
import { codeOf, el, sample } from './samples.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);
const words = (...values: number[]) => new Uint8Array(Uint16Array.from(values).buffer);
const bits = (allocated: number, stored: number, high: number, signed = 0) => [
  el('00280100 US', allocated),
  el('00280101 US', stored),
  el('00280102 US', high),
  el('00280103 US', signed),
];
const size = (rows: number, columns: number) => [el('00280010 US', rows), el('00280011 US', columns)];
const colour = (photometric: string, planar = 0) => [
  el('00280002 US', 3),
  el('00280004 CS', photometric),
  el('00280006 US', planar),
];
const RLE = '1.2.840.10008.1.2.5';

describe('stored values of uncompressed pixels', () => {
  it('are what was written, with their sign', async () => {
    const frame = await decodeFrame(sample(), 0);
    expect(frame).toMatchObject({
      rows: 2,
      columns: 3,
      samples: 1,
      type: 'int16',
      photometric: 'MONOCHROME2',
    });
    expect([...frame.data]).toEqual([-3, -2, -1, 0, 1, 2]);
  });

  it('leave out what lies beside the stored bits', async () => {
    const data = words(0xf001, 0x0800, 0x0fff, 0x1000, 0x8abc, 7);
    const unsigned = await decodeFrame(sample([...bits(16, 12, 11), el('7FE00010 OW', data)]), 0);
    expect([...unsigned.data]).toEqual([0x001, 0x800, 0xfff, 0, 0xabc, 7]);
    const signed = await decodeFrame(sample([...bits(16, 12, 11, 1), el('7FE00010 OW', data)]), 0);
    expect([...signed.data]).toEqual([1, -2048, -1, 0, 0xabc - 4096, 7]);
    const high = await decodeFrame(
      sample([...bits(16, 12, 15), el('7FE00010 OW', words(0x1230, 0xfff5, 16, 15, 0, 0))]),
      0,
    );
    expect([...high.data]).toEqual([0x123, 0xfff, 1, 0, 0, 0]);
  });

  it('unpack single bits across the border of a byte, frame by frame', async () => {
    const object = sample([
      ...bits(1, 1, 0),
      ...size(1, 5),
      el('00280008 IS', 3),
      el('7FE00010 OB', bytes(0b01010011, 0b01111010)),
    ]);
    expect([...(await decodeFrame(object, 0)).data]).toEqual([1, 1, 0, 0, 1]);
    expect([...(await decodeFrame(object, 1)).data]).toEqual([0, 1, 0, 0, 1]);
    expect([...(await decodeFrame(object, 2)).data]).toEqual([0, 1, 1, 1, 1]);
  });

  it('interleave planes and turn YBR_FULL into RGB', async () => {
    const planar = sample([
      ...bits(8, 8, 7),
      ...colour('RGB', 1),
      ...size(1, 2),
      el('7FE00010 OB', bytes(1, 2, 3, 4, 5, 6)),
    ]);
    expect([...(await decodeFrame(planar, 0)).data]).toEqual([1, 3, 5, 2, 4, 6]);
    const ybr = sample([
      ...bits(8, 8, 7),
      ...colour('YBR_FULL'),
      ...size(1, 2),
      el('7FE00010 OB', bytes(76, 85, 255, 128, 128, 128)),
    ]);
    const frame = await decodeFrame(ybr, 0);
    expect(frame.photometric).toBe('RGB');
    expect([...frame.data]).toEqual([254, 0, 0, 128, 128, 128]);
    const half = sample([
      ...bits(8, 8, 7),
      ...colour('YBR_FULL_422'),
      ...size(1, 2),
      el('7FE00010 OB', bytes(10, 20, 128, 128)),
    ]);
    expect([...(await decodeFrame(half, 0)).data]).toEqual([10, 10, 10, 20, 20, 20]);
  });

  it('in 4:2:2 of the smaller range are spread over the whole', async () => {
    const partial = sample([
      ...bits(8, 8, 7),
      ...colour('YBR_PARTIAL_422'),
      ...size(1, 4),
      el('7FE00010 OB', bytes(16, 235, 128, 128, 81, 81, 90, 240)),
    ]);
    // ITU-R BT.601: black, white, and red twice.
    expect([...(await decodeFrame(partial, 0)).data]).toEqual([0, 0, 0, 255, 255, 255, 254, 0, 0, 254, 0, 0]);
    const planes = sample([
      ...bits(8, 8, 7),
      ...colour('YBR_FULL_422', 1),
      ...size(1, 2),
      el('7FE00010 OB', bytes(10, 20, 128, 128)),
    ]);
    expect(await codeOf(() => decodeFrame(planes, 0))).toBe('pixels-unsupported');
  });

  it('of YBR_FULL become RGB in libjpeg’s integers', async () => {
    const ybr = Uint8Array.from({ length: 3 * 4096 }, (_, i) => (i * 37 + (i >> 5)) % 256);
    const object = sample([...bits(8, 8, 7), ...colour('YBR_FULL'), ...size(64, 64), el('7FE00010 OB', ybr)]);
    const { data } = await decodeFrame(object, 0);
    // jdcolor.c's tables: factors × 65,536 rounded, half added before the shift.
    const clip = (value: number) => Math.min(255, Math.max(0, value));
    for (let i = 0; i < ybr.length; i += 3) {
      const [y = 0, cb = 0, cr = 0] = ybr.subarray(i, i + 3);
      expect([...data.subarray(i, i + 3)]).toEqual([
        clip(y + ((91_881 * (cr - 128) + 32_768) >> 16)),
        clip(y + ((-22_554 * (cb - 128) - 46_802 * (cr - 128) + 32_768) >> 16)),
        clip(y + ((116_130 * (cb - 128) + 32_768) >> 16)),
      ]);
    }
  });

  it('of cells that are no whole bytes are refused', async () => {
    const packed = sample([...bits(12, 12, 11), el('7FE00010 OW', new Uint8Array(10))]);
    expect(await codeOf(() => decodeFrame(packed, 0))).toBe('pixels-unsupported');
  });

  it('of floating point pixels are those numbers', async () => {
    const data = new Uint8Array(Float32Array.from([0.5, -1e10, 0, 1, 2, 3]).buffer);
    const frame = await decodeFrame(sample([el('7FE00008 OF', data)], { without: ['7FE00010'] }), 0);
    expect(frame.type).toBe('float32');
    expect([...frame.data]).toEqual([0.5, -1e10, 0, 1, 2, 3]);
  });
});

/** An RLE frame of the given segments (PS3.5 Annex G). */
function rle(...segments: number[][]): Uint8Array {
  const header = new Uint32Array(16);
  header[0] = segments.length;
  let at = 64;
  segments.forEach((segment, i) => {
    header[i + 1] = at;
    at += segment.length;
  });
  return Uint8Array.from([...new Uint8Array(header.buffer), ...segments.flat()]);
}

describe('RLE', () => {
  const object = (...segments: number[][]) =>
    sample([el('7FE00010 OB', { fragments: [rle(...segments)] })], { syntax: RLE });

  it('gives high bytes first, runs and literals', async () => {
    const frame = await decodeFrame(object([253, 0xff, 1, 0, 1], [5, 1, 2, 3, 4, 5, 6]), 0);
    expect([...frame.data]).toEqual([-255, -254, -253, -252, 5, 0x106]);
  });

  it('is refused where a segment is too short, too long, or there are not enough', async () => {
    expect(await codeOf(() => decodeFrame(object([253, 0xff], [5, 1, 2, 3, 4, 5, 6]), 0))).toBe(
      'codec-failed',
    );
    expect(await codeOf(() => decodeFrame(object([249, 0xff], [5, 1, 2, 3, 4, 5, 6]), 0))).toBe(
      'codec-failed',
    );
    expect(await codeOf(() => decodeFrame(object([5, 1, 2, 3, 4, 5, 6]), 0))).toBe('codec-failed');
    expect(await codeOf(() => decodeFrame(object([5, 1, 2], [5, 1, 2, 3, 4, 5, 6]), 0))).toBe('codec-failed');
  });
});

describe('frames of their own', () => {
  const deflated = (changes: readonly DicomElement[], ...frames: Uint8Array[]) =>
    sample([...changes, el('7FE00010 OB', { fragments: frames })], { syntax: '1.2.840.10008.1.2.8.1' });

  it('are inflated, single bits beginning anew with each', async () => {
    const object = deflated(
      [...bits(1, 1, 0), ...size(1, 5), el('00280008 IS', 2)],
      deflateRawSync(bytes(0b10011)),
      deflateRawSync(bytes(0b01001, 0)),
    );
    expect([...(await decodeFrame(object, 0)).data]).toEqual([1, 1, 0, 0, 1]);
    expect([...(await decodeFrame(object, 1)).data]).toEqual([1, 0, 0, 1, 0]);
    const values = deflated(
      [],
      deflateRawSync(new Uint8Array(Int16Array.from([-3, 9, 0, 1, 2, 700]).buffer)),
    );
    expect([...(await decodeFrame(values, 0)).data]).toEqual([-3, 9, 0, 1, 2, 700]);
  });

  it('are refused where the deflate stream is short, long, cut off or none', async () => {
    const code = (frame: Uint8Array) => codeOf(() => decodeFrame(deflated([], frame), 0));
    expect(await code(deflateRawSync(new Uint8Array(11)))).toBe('codec-failed');
    expect(await code(deflateRawSync(new Uint8Array(14)))).toBe('codec-failed');
    expect(await code(deflateRawSync(Buffer.from('ten bytes and more')).subarray(0, 8))).toBe('codec-failed');
    expect(await code(new Uint8Array(20).fill(7))).toBe('codec-failed');
  });

  it('that are encapsulated but not compressed are as they are', async () => {
    const object = (changes: readonly DicomElement[], ...fragments: Uint8Array[]) =>
      sample([...changes, el('7FE00010 OB', { fragments })], { syntax: '1.2.840.10008.1.2.1.98' });
    const half = object(
      [...bits(8, 8, 7), ...colour('YBR_FULL_422'), ...size(1, 2)],
      bytes(10, 20, 128, 128),
    );
    expect([...(await decodeFrame(half, 0)).data]).toEqual([10, 10, 10, 20, 20, 20]);
    const single = object(
      [...bits(1, 1, 0), ...size(1, 5), el('00280008 IS', 2)],
      bytes(0b10011, 0),
      bytes(0b01001, 0),
    );
    expect([...(await decodeFrame(single, 1)).data]).toEqual([1, 0, 0, 1, 0]);
  });
});

describe('frames', () => {
  it('beyond the last are refused, and so are fractions', async () => {
    for (const frame of [1, -1, 0.5, Number.NaN]) {
      expect(await codeOf(() => decodeFrame(sample(), frame))).toBe('frame-out-of-range');
    }
  });

  it('of a syntax without a decoder are refused by name', async () => {
    const object = sample([el('7FE00010 OB', { fragments: [bytes(1, 2)] })], {
      syntax: '1.2.840.10008.1.2.4.110',
    });
    expect(await codeOf(() => decodeFrame(object, 0))).toBe('transfer-syntax-unsupported');
  });

  it('that are no stream of the named codec are refused', async () => {
    for (const syntax of ['50', '51', '57', '70', '80', '81', '90', '91', '201', '203']) {
      const object = sample(
        [el('7FE00010 OB', { fragments: [Buffer.from('nothing of the kind, but long enough to try')] })],
        {
          syntax: `1.2.840.10008.1.2.4.${syntax}`,
        },
      );
      expect(await codeOf(() => decodeFrame(object, 0))).toBe('codec-failed');
    }
  });

  it('in several fragments without an offset table are told apart by their start marks, or refused', async () => {
    const object = sample(
      [el('00280008 IS', 2), el('7FE00010 OB', { fragments: [bytes(1, 2), bytes(3, 4), bytes(5, 6)] })],
      {
        syntax: '1.2.840.10008.1.2.4.70',
      },
    );
    expect(await codeOf(() => decodeFrame(object, 0))).toBe('bad-fragments');
  });
});
