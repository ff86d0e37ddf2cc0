import { describe, expect, it } from 'vitest';
import {
  AnswerFault,
  type InferAnswer,
  inferResponse,
} from '../../../electron/network/open-inference/infer-response.ts';

const OUTPUTS = [
  { name: 'logit', datatype: 'FP32', shape: [-1, 1] },
  { name: 'map', datatype: 'FP32', shape: [-1, 2, -1] },
];

function json(change: object = {}): Buffer {
  const outputs = [
    { name: 'logit', datatype: 'FP32', shape: [2, 1], data: [0.25, -1e-3] },
    {
      name: 'map',
      datatype: 'FP32',
      shape: [2, 2, 3],
      data: [
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        [
          [7, 8, 9],
          [10, 11, 12],
        ],
      ],
      ...change,
    },
  ];
  return Buffer.from(JSON.stringify({ model_name: 'm', model_version: '1', outputs }));
}

function binary(): { bytes: Buffer; headers: Record<string, string> } {
  const values = Float32Array.from({ length: 14 }, (_, at) => at - 3.5);
  const head = Buffer.from(
    JSON.stringify({
      model_name: 'm',
      outputs: [
        { name: 'logit', datatype: 'FP32', shape: [2, 1], parameters: { binary_data_size: 8 } },
        { name: 'map', datatype: 'FP32', shape: [2, 2, 3], parameters: { binary_data_size: 48 } },
      ],
    }),
  );
  const bytes = Buffer.concat([head, Buffer.from(values.buffer)]);
  return { bytes, headers: { 'inference-header-content-length': String(head.length) } };
}

/** A generator with a seed, so that a failure can be seen again (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Whatever is taken has the shapes asked for, whole and finite. */
function expectSound({ images }: InferAnswer): void {
  expect(images).toHaveLength(2);
  for (const image of images) {
    expect(image.get('logit')?.shape).toEqual([1, 1]);
    const { shape, values } = image.get('map') ?? { shape: [], values: new Float32Array() };
    expect([shape.length, shape[0], shape[1], values.length]).toEqual([3, 1, 2, 2 * (shape[2] ?? 0)]);
    for (const { values: all } of image.values()) expect(all.every(Number.isFinite)).toBe(true);
  }
}

describe('an answer to an inference request', () => {
  it('is read from JSON, nested or flat, and from bytes, image by image', () => {
    const read = inferResponse({ bytes: json(), headers: {} }, OUTPUTS, 2);
    expect([...(read.images[1]?.get('map')?.values ?? [])]).toEqual([7, 8, 9, 10, 11, 12]);
    expect(read.images[1]?.get('logit')?.values[0]).toBeCloseTo(-1e-3, 9);
    const { images } = inferResponse(binary(), OUTPUTS, 2);
    expect([...(images[0]?.get('logit')?.values ?? []), ...(images[1]?.get('map')?.values ?? [])]).toEqual([
      -3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5,
    ]);
    expectSound(read);
  });

  it('does not take memory for more than it holds', () => {
    const huge = json({ shape: [2, 2, 2 ** 31], data: [0] });
    expect(() => inferResponse({ bytes: huge, headers: {} }, OUTPUTS, 2)).toThrow(/larger than its answer/);
  });

  it('that is damaged anywhere is refused in words or read right: 6,000 damaged ones', () => {
    const next = random(20261126);
    const pick = (most: number): number => Math.floor(next() * most);
    let refused = 0;
    for (let round = 0; round < 6000; round++) {
      const good = round % 2 === 0 ? { bytes: json(), headers: {} } : binary();
      let bytes = Buffer.from(good.bytes);
      for (let many = 1 + pick(3); many > 0; many--) {
        const at = pick(bytes.length);
        const kind = pick(4);
        if (kind === 0) bytes[at] = pick(256);
        else if (kind === 1) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + pick(8))]);
        else if (kind === 2) bytes = bytes.subarray(0, at);
        else
          bytes = Buffer.concat([
            bytes.subarray(0, at),
            Buffer.from('9'.repeat(1 + pick(9))),
            bytes.subarray(at),
          ]);
        if (bytes.length === 0) break;
      }
      try {
        expectSound(inferResponse({ bytes, headers: good.headers }, OUTPUTS, 2));
      } catch (thrown) {
        if (!(thrown instanceof AnswerFault)) throw thrown;
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(4000);
  });
});
