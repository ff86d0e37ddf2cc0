import type { Random } from './random.ts';

/** Numbers at which length and size checks break. */
export const EDGES = [
  0, 1, 2, 3, 7, 8, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xfffe, 0xffff, 0x1_0000, 0xff_ffff, 0x100_0000,
  0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_fffe, 0xffff_ffff,
] as const;

/** `bytes` with [from, to) replaced. */
export function splice(bytes: Buffer, from: number, to: number, insert: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, from), insert, bytes.subarray(Math.max(from, to))]);
}

/** A few bytes changed anywhere in [from, to): random, a flipped bit, one more or less. */
export function noise(bytes: Buffer, random: Random, from = 0, to = bytes.length): Buffer {
  const out = Buffer.from(bytes);
  const changes = 1 + random.below(random.chance(0.2) ? 40 : 5);
  for (let i = 0; i < changes && to > from; i++) {
    const at = from + random.below(to - from);
    const byte = out[at] ?? 0;
    out[at] = random.of([random.below(256), byte ^ (1 << random.below(8)), (byte + 1) & 255, 0, 255]);
  }
  return out;
}

/** Cut off, or cut out, or repeated. */
export function reshape(bytes: Buffer, random: Random, from = 0, to = bytes.length): Buffer {
  const a = from + random.below(to - from + 1);
  const b = Math.min(to, a + random.below(random.chance(0.5) ? 16 : to - from + 1));
  switch (random.below(4)) {
    case 0:
      return bytes.subarray(0, a);
    case 1:
      return splice(bytes, a, b, Buffer.alloc(0));
    case 2:
      return splice(bytes, a, a, bytes.subarray(a, b));
    default:
      return splice(bytes, a, b, random.bytes(random.below(64)));
  }
}
