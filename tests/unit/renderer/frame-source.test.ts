import { expect, test } from 'vitest';
import { frameValues } from '../../fixtures/frame-values.ts';
import { FrameSource } from '../../../renderer/viewer/frame-source.ts';
import { parseSlab } from '../../../renderer/viewer/slab.ts';
import type { StackFrame } from '../../../renderer/viewer/stack-frames.ts';

const SIDE = 512;
const BYTES = SIDE * SIDE * 2;

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

const indices = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);
const kept = (made: FrameSource): number[] =>
  made.frames.flatMap((_, index) => (made.peek(index) === undefined ? [] : index));
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
  expect(kept(made).length).toBeLessThanOrEqual(40);
  expect(kept(made)).toContain(99);
});

test('in a stack that is larger than the budget, what lies ahead takes the place of what lies behind, and then it rests', async () => {
  const { made, asked } = source(100, [], 40.5 * BYTES);
  await made.get(0);
  made.focus(0);
  await settled();
  // The last slab that fits whole.
  expect(kept(made)).toEqual(indices(0, 32));
  for (let i = 1; i <= 99; i += 1) {
    await made.get(i);
    made.focus(i);
    if (i % 5 === 0) await settled();
  }
  await settled();
  // Each was fetched once, and ahead: alone only the first, and what is left over at the end.
  expect(asked.filter(([from, count]) => count === 1 && from < 99)).toEqual([[0, 1]]);
  expect(asked.reduce((sum, [, count]) => sum + count, 0)).toBe(100);
  expect(kept(made).at(-1)).toBe(99);
  expect(kept(made).length).toBeLessThanOrEqual(40);
  const before = asked.length;
  made.focus(99);
  await settled();
  expect(asked).toHaveLength(before);
});

test('going up fetches what lies above, and nothing that is here', async () => {
  const { made, asked } = source(40);
  await made.get(39);
  made.focus(39);
  made.focus(38);
  await settled();
  expect(asked.reduce((sum, [, count]) => sum + count, 0)).toBe(40);
});

test('frames of which hardly one fits are still fetched ahead, without end or waste', async () => {
  const { made, asked } = source(10, [], 2 * BYTES);
  for (let i = 0; i < 10; i += 1) {
    await made.get(i);
    made.focus(i);
    await settled();
  }
  expect(made.bytes).toBeLessThanOrEqual(3 * BYTES);
  expect(asked.length).toBeLessThan(25);
});

test('frames that are larger than their headers say are not fetched over and over', async () => {
  let asked = 0;
  const small = frames(14).map((frame) => ({ ...frame, image: { ...frame.image, bitsAllocated: 8 } }));
  const fetchBytes = async (path: string): Promise<ArrayBuffer> => {
    const [from = 0, wanted = 0] = (path.match(/\d+/g) ?? []).slice(-2).map(Number);
    asked += 1;
    await new Promise((done) => setTimeout(done));
    return slab(from, wanted);
  };
  const made = new FrameSource('1.2', small, fetchBytes, 13.75 * BYTES);
  await made.get(0);
  made.focus(0);
  await new Promise((done) => setTimeout(done, 300));
  expect(asked).toBeLessThan(8);
  made.dispose();
});

test('the frame that was asked for last comes first, and all that were asked for come', async () => {
  const order: number[] = [];
  const made = new FrameSource('1.2', frames(50), async (path) => {
    const [from = 0, wanted = 0] = (path.match(/\d+/g) ?? []).slice(-2).map(Number);
    order.push(from);
    await new Promise((done) => setTimeout(done, 5));
    return slab(from, wanted);
  });
  const got = await Promise.all([0, 10, 20, 30, 40].map((index) => made.get(index)));
  expect(order).toEqual([0, 40, 30, 20, 10]);
  expect(got.map((frame) => frame.status === 'decoded' && frame.decoded.data[0])).toEqual([
    0, 10, 20, 30, 40,
  ]);
});

test('a frame that is dropped as it arrives is given to who waited, and is told as dropped', async () => {
  const { made } = source(100, [], 3 * BYTES);
  const dropped: number[] = [];
  const stop = made.onDrop((index) => dropped.push(index));
  await Promise.all([made.get(97), made.get(98), made.get(99)]);
  const late = made.get(0);
  // The reader is back before it comes.
  await made.get(99);
  const frame = await late;
  expect(frame.status === 'decoded' && frame.decoded.data[0]).toBe(0);
  expect(made.peek(0)).toBeUndefined();
  expect(dropped).toContain(0);
  stop();
  made.dispose();
  expect(dropped).not.toContain(99);
});

test('a slab of other frames than were asked for is told as failed, not asked for for ever', async () => {
  let asked = 0;
  const made = new FrameSource('1.2', frames(4), () => {
    asked += 1;
    return Promise.resolve(slab(60, 1));
  });
  expect(await made.get(0)).toMatchObject({ status: 'failed', error: { code: 'not-delivered' } });
  made.focus(0);
  await settled();
  expect(asked).toBeLessThan(20);
});
