import { crc32, deflateSync } from 'node:zlib';
import { EDGES, noise, reshape, splice } from './mutate-bytes.ts';
import { mutateStream } from './mutate-streams.ts';
import type { Random } from './random.ts';

interface Chunk {
  readonly at: number;
  readonly end: number;
}

function chunks(bytes: Buffer): Chunk[] {
  const found: Chunk[] = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 12 + bytes.readUInt32BE(at);
    if (end > bytes.length) break;
    found.push({ at, end });
    at = end;
  }
  return found;
}

/** PNG: a chunk's length, type or body, its checksum made right most of the time, so that the change is read at all. */
function mutatePng(bytes: Buffer, random: Random): Buffer {
  const places = chunks(bytes);
  if (places.length === 0) return noise(bytes, random);
  const { at, end } = random.of(places);
  const out = Buffer.from(bytes);
  switch (random.below(6)) {
    case 0:
      out.writeUInt32BE(random.of(EDGES), at);
      return out;
    case 1:
      return splice(bytes, at, end, Buffer.alloc(0));
    case 2:
      return splice(bytes, at, at, bytes.subarray(at, end));
    case 3:
      // IHDR: sizes, depth, colour type, compression, filter, interlace.
      if (out.length < 29) return out;
      if (random.chance(0.4)) out.writeUInt32BE(random.of(EDGES), random.of([16, 20]));
      else out[24 + random.below(5)] = random.of([0, 1, 2, 3, 4, 6, 8, 16, 255]);
      if (random.chance(0.8)) out.writeUInt32BE(crc32(out.subarray(12, 29)), 29);
      return out;
    case 4: {
      const bomb = deflateSync(Buffer.alloc(random.of([10, 1 << 16, 1 << 26])), { level: 1 });
      const body = Buffer.concat([Buffer.alloc(4), Buffer.from('IDAT'), bomb, Buffer.alloc(4)]);
      body.writeUInt32BE(bomb.length, 0);
      body.writeUInt32BE(crc32(body.subarray(4, 8 + bomb.length)), 8 + bomb.length);
      return splice(bytes, at, random.chance(0.5) ? end : at, body);
    }
    default: {
      const changed = noise(bytes, random, at + 4, end - 4);
      if (random.chance(0.8)) changed.writeUInt32BE(crc32(changed.subarray(at + 4, end - 4)), end - 4);
      return changed;
    }
  }
}

/** TIFF: the directory's entries, their types, counts and values, and where it lies. */
function mutateTiff(bytes: Buffer, random: Random): Buffer {
  const out = Buffer.from(bytes);
  const directory = out.length >= 8 ? out.readUInt32LE(4) : 0;
  if (directory + 2 > out.length) return noise(bytes, random);
  const entry = directory + 2 + 12 * random.below(out.readUInt16LE(directory) || 1);
  if (entry + 12 > out.length) return reshape(bytes, random);
  switch (random.below(6)) {
    case 0:
      out.writeUInt16LE(random.of([256, 258, 259, 262, 273, 277, 278, 279, 317, 322, 339]), entry);
      return out;
    case 1:
      out.writeUInt16LE(random.below(14), entry + 2);
      return out;
    case 2:
      out.writeUInt32LE(random.of(EDGES), entry + 4);
      return out;
    case 3:
      out.writeUInt32LE(
        random.of(random.chance(0.5) ? EDGES : [1, 3, 5, 8, 32773, 32946, 65_535, 40_000]),
        entry + 8,
      );
      return out;
    case 4:
      out.writeUInt32LE(random.of([...EDGES, out.length, out.length - 2]), 4);
      return out;
    default:
      return noise(bytes, random, 8, directory);
  }
}

export function mutateImage(seed: Buffer, random: Random): Buffer {
  let bytes = seed;
  for (let round = random.of([1, 1, 2, 3]); round > 0; round--) {
    if (bytes.length < 16) return bytes;
    if (random.chance(0.15)) bytes = noise(bytes, random);
    else if (random.chance(0.1)) bytes = reshape(bytes, random);
    else if (bytes[0] === 0x89) bytes = mutatePng(bytes, random);
    else if (bytes[0] === 0xff) bytes = mutateStream(bytes, random);
    else bytes = mutateTiff(bytes, random);
  }
  return bytes;
}

/** ZIP: fields of the end record, the central directory and the local headers (APPNOTE 4.3). */
export function mutateZip(seed: Buffer, random: Random): Buffer {
  const out = Buffer.from(seed);
  const signatures: number[] = [];
  for (let at = out.indexOf('PK'); at >= 0; at = out.indexOf('PK', at + 2)) signatures.push(at);
  if (signatures.length === 0 || random.chance(0.2)) return reshape(noise(out, random), random);
  for (let round = 1 + random.below(3); round > 0; round--) {
    const at = random.of(signatures) + 4 + random.below(42);
    const wide = random.chance(0.5);
    if (at + 4 > out.length) continue;
    const value = random.chance(0.5) ? random.of(EDGES) : random.below(200);
    if (wide) out.writeUInt32LE(value, at);
    else out.writeUInt16LE(value & 0xffff, at);
  }
  return out;
}
