import { describe, expect, it } from 'vitest';
import { hashOfValues, packValues, unpackValues } from '../../../electron/inference/raw-output.ts';

/** A soft disc in noise, as a segmentation network gives it, in logits. */
function map(size: number, seed = 1): Float32Array {
  let state = seed;
  const noise = (): number => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648 - 0.5;
  };
  return Float32Array.from({ length: size * size }, (_, i) => {
    const distance = Math.hypot(Math.floor(i / size) - size / 2, (i % size) - size / 3);
    return Math.max(-12, Math.min(12, (size / 4 - distance) / 2)) + noise() * 0.01;
  });
}

describe('what a network gave, packed', () => {
  it('keeps few values as they are', async () => {
    const values = Float32Array.from([0.1, -3e-7, 12345.678, -0]);
    const unpacked = unpackValues(await packValues(values));
    expect(unpacked.error).toBe(0);
    expect([...unpacked.values]).toEqual([...values]);
  });

  it.each([
    [128, 1],
    [256, 2],
    [300, 3],
  ])('keeps a map of %i² within the error that it states: every %i. row and column', async (size, each) => {
    const values = map(size);
    const packed = await packValues(values, size);
    const unpacked = unpackValues(packed);
    const side = Math.ceil(size / each);
    expect(unpacked.values).toHaveLength(side ** 2);
    const original = (i: number): number =>
      values[Math.floor(i / side) * each * size + (i % side) * each] ?? Number.NaN;
    const worst = unpacked.values.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - original(i))),
      0,
    );
    expect(worst).toBeLessThanOrEqual(unpacked.error);
    expect(worst).toBeGreaterThan(0);
    expect(unpacked.error).toBeLessThan(0.004);
    expect(packed.length).toBeLessThan(side ** 2 * 1.2);
  });

  it('keeps a map of one value, and one that leaps from end to end', async () => {
    const flat = unpackValues(await packValues(new Float32Array(5000).fill(0.25), 50));
    expect(new Set(flat.values)).toEqual(new Set([0.25]));
    const leaping = Float32Array.from({ length: 5000 }, (_, i) => (i % 2 === 0 ? -1 : 1));
    const unpacked = unpackValues(await packValues(leaping, 50));
    expect(unpacked.values.every((value, i) => Math.abs(value - (leaping[i] ?? 0)) <= unpacked.error)).toBe(
      true,
    );
  });

  it('hashes the exact values: one bit more is another hash', () => {
    const values = map(64);
    const other = values.slice();
    other[7] = Math.fround((other[7] ?? 0) * (1 + 2 ** -23));
    expect(hashOfValues(other)).not.toBe(hashOfValues(values));
    expect(hashOfValues(values.slice())).toBe(hashOfValues(values));
    // SHA-256 of 00 00 80 3f: 1.0 in little endian, as `printf '\\000\\000\\200\\077' | sha256sum` gives it.
    expect(hashOfValues(Float32Array.of(1))).toBe(
      'e00e5eb9444182f352323374ef4e08ebcb784725fdd4fd612d7730540b3e0c8c',
    );
  });
});
