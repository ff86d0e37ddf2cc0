import { expect, test } from 'vitest';
import { frameValues } from '../../fixtures/frame-values.ts';
import { FrameSource } from '../../../renderer/viewer/frame-source.ts';
import { parseSlab } from '../../../renderer/viewer/slab.ts';
import type { StackFrame } from '../../../renderer/viewer/stack-frames.ts';

const SIDE = 512;

/** A slab as docs/architecture.md lays it out, frame `i` filled with `i`; `broken` ones carry an error. */
function slab(from: number, count: number, broken: readonly number[] = []): ArrayBuffer {
  const bytes = SIDE * SIDE * 2;
  const frames = Array.from({ length: count }, (_, i) => {
    const ref = { sopInstanceUID: `1.${from + i}`, frame: 0 };
    if (broken.includes(from + i))
      return { ...ref, error: { type: 'refused', code: 'bad', message: 'broken' } };
    const shape = { rows: SIDE, columns: SIDE, samples: 1, type: 'uint16', photometric: 'MONOCHROME2' };
    return { ...ref, ...shape, values: frameValues(), offset: i * bytes, byteLength: bytes };
  });
  const header = new TextEncoder().encode(JSON.stringify({ frames, tables: [] }));
  const length = Math.ceil(header.length / 8) * 8;
  const out = new Uint8Array(8 + length + count * bytes).fill(0x20, 8, 8 + length);
  out.set(new TextEncoder().encode('OVF1'));
  new DataView(out.buffer).setUint32(4, length, true);
  out.set(header, 8);
  for (let i = 0; i < count; i += 1)
    new Uint16Array(out.buffer, 8 + length + i * bytes, SIDE * SIDE).fill(from + i);
  return out.buffer;
}

const frames = (count: number): StackFrame[] =>
  Array.from({ length: count }, (_, i) => ({
    sopInstanceUID: `1.${i}`,
    frame: 0,
    key: `1.${i}#0`,
    image: {
      rows: SIDE,
      columns: SIDE,
      samples: 1,
      bitsAllocated: 16,
      bitsStored: 16,
      rescaleSlope: 1,
      rescaleIntercept: 0,
    },
  })) as unknown as StackFrame[];

function source(count: number, broken: readonly number[] = [], budget?: number) {
  const asked: [number, number][] = [];
  const made = new FrameSource(
    '1.2',
    frames(count),
    (path) => {
      const [from = 0, wanted = 0] = (path.match(/\d+/g) ?? []).slice(-2).map(Number);
      asked.push([from, wanted]);
      return Promise.resolve(slab(from, Math.min(wanted, count - from), broken));
    },
    budget,
  );
  return { made, asked };
}

const settled = () => new Promise((done) => setTimeout(done, 50));

test('a slab that is cut off, or holds less than it says, is a bug and never a picture', () => {
  const whole = slab(0, 1);
  expect(() => parseSlab(whole.slice(0, whole.byteLength - 2))).toThrow(/longer or shorter/);
  expect(() => parseSlab(new ArrayBuffer(4))).toThrow(/not a slab/);
});

test('the first frame is fetched alone, then slabs around the reader until all are here', async () => {
  const { made, asked } = source(40);
  const first = await made.get(20);
  expect(asked).toEqual([[20, 1]]);
  expect(first.status === 'decoded' && first.decoded.data[0]).toBe(20);
  made.focus(20);
  await settled();
  for (let i = 0; i < 40; i += 1) {
    const frame = made.peek(i);
    expect(frame?.status === 'decoded' && frame.decoded.data[0], `frame ${i}`).toBe(i);
  }
  expect(asked.length).toBeLessThan(8);
});

test('a frame that cannot be decoded is failed with its reason; its neighbours are not', async () => {
  const { made } = source(3, [1]);
  made.focus(0);
  await settled();
  expect(made.peek(1)).toMatchObject({ status: 'failed', error: { message: 'broken' } });
  expect(made.peek(2)?.status).toBe('decoded');
});

test('what does not arrive is failed, and asked for again on retry', async () => {
  let up = false;
  const made = new FrameSource('1.2', frames(1), () =>
    up ? Promise.resolve(slab(0, 1)) : Promise.reject(new Error('down')),
  );
  expect(await made.get(0)).toMatchObject({ status: 'failed' });
  up = true;
  made.retry(0);
  expect((await made.get(0)).status).toBe('decoded');
});

test('no more is kept than the budget, and what is far from the reader goes first', async () => {
  const { made } = source(100, [], 40 * SIDE * SIDE * 2);
  await made.get(0);
  made.focus(0);
  await settled();
  await made.get(99);
  made.focus(99);
  await made.get(80);
  await settled();
  const kept = Array.from({ length: 100 }, (_, i) => made.peek(i) !== undefined);
  expect(kept.filter(Boolean).length).toBeLessThanOrEqual(56);
  expect(kept[99]).toBe(true);
});
