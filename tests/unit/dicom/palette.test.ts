import { describe, expect, it } from 'vitest';
import { decodeFrameOf, openFrames } from '../../../electron/dicom/decode-frame.ts';
import type { DicomElement } from '../../../electron/dicom/dicom-element.ts';
import { toDisplayRgb } from '../../../electron/dicom/palette.ts';
import { codeOf, el, sample } from './samples.ts';

const words = (...values: number[]) => new Uint8Array(Uint16Array.from(values).buffer);

/** The red of each pixel 0, 1, 2, 3, 9, 0 through a palette whose three tables are alike. */
async function red(descriptor: number[], table: string, entries: Uint8Array): Promise<number[]> {
  const tables: DicomElement[] = ['1', '2', '3'].flatMap((colour) => [
    el(`0028110${colour} US`, descriptor),
    el(`${table}${colour} OW`, entries),
  ]);
  const source = openFrames(
    sample([
      el('00280004 CS', 'PALETTE COLOR'),
      el('00280103 US', 0),
      el('7FE00010 OW', words(0, 1, 2, 3, 9, 0)),
      ...tables,
    ]),
  );
  const { data } = toDisplayRgb(source.object, await decodeFrameOf(source, 0));
  return [...data].filter((_, i) => i % 3 === 0);
}

describe('a palette', () => {
  it('of 16-bit entries gives their upper bytes; indices outside take the ends', async () => {
    expect(await red([3, 1, 16], '0028120', words(0x1000, 0x2000, 0xff00))).toEqual([
      0x10, 0x10, 0x20, 0xff, 0xff, 0x10,
    ]);
  });

  it('of 8-bit entries is read packed and in words', async () => {
    expect(await red([4, 0, 8], '0028120', Uint8Array.of(5, 6, 7, 8))).toEqual([5, 6, 7, 8, 8, 5]);
    expect(await red([4, 0, 8], '0028120', words(5, 6, 7, 8))).toEqual([5, 6, 7, 8, 8, 5]);
  });

  it('in segments is expanded: discrete, linear, and a repeat of both', async () => {
    const discreteThenLinear = words(0, 1, 0x1000, 1, 3, 0x4000);
    expect(await red([4, 0, 16], '0028122', discreteThenLinear)).toEqual([
      0x10, 0x20, 0x30, 0x40, 0x40, 0x10,
    ]);
    const repeated = words(0, 2, 0x1000, 0x2000, 2, 1, 0, 0);
    expect(await red([4, 0, 16], '0028122', repeated)).toEqual([0x10, 0x20, 0x10, 0x20, 0x20, 0x10]);
  });

  it('in segments of 8-bit entries is read byte by byte', async () => {
    // Two values, a line of three to 11, and the first segment once more, at byte 0.
    const fields = Uint8Array.of(0, 2, 5, 6, 1, 3, 12, 2, 1, 0, 0, 0, 0, 0);
    expect(await red([7, 0, 8], '0028122', fields)).toEqual([5, 6, 8, 10, 6, 5]);
  });

  it('keeps the scale of its three colours: one dark table does not become bright alone', async () => {
    const dark = words(0, 100, 200);
    const source = openFrames(
      sample([
        el('00280004 CS', 'PALETTE COLOR'),
        el('00280103 US', 0),
        el('7FE00010 OW', words(0, 1, 2, 2, 2, 2)),
        ...['1', '2', '3'].map((colour) => el(`0028110${colour} US`, [3, 0, 16])),
        el('00281201 OW', dark),
        el('00281202 OW', words(0, 0x8000, 0xff00)),
        el('00281203 OW', dark),
      ]),
    );
    const { data } = toDisplayRgb(source.object, await decodeFrameOf(source, 0));
    expect([...data.subarray(0, 9)]).toEqual([0, 0, 0, 0, 0x80, 0, 0, 0xff, 0]);
  });

  it('is refused where it is short, or repeats without end', async () => {
    expect(await codeOf(() => red([9, 0, 16], '0028120', words(1, 2, 3)))).toBe('bad-palette');
    expect(await codeOf(() => red([4, 0, 16], '0028122', words(2, 1, 0, 0)))).toBe('bad-palette');
    expect(await codeOf(() => red([4, 0, 12], '0028120', words(1, 2, 3, 4)))).toBe('bad-palette');
  });
});
