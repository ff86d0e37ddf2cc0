import { EDGES, noise, reshape, splice } from './mutate-bytes.ts';
import type { Random } from './random.ts';

/** Marker segments of JPEG, JPEG-LS and JPEG 2000 streams: where each marker lies and how long its parameters are. */
function markers(stream: Buffer): { at: number; end: number }[] {
  const found: { at: number; end: number }[] = [];
  for (let at = 2; at + 4 <= stream.length; ) {
    if (stream[at] !== 0xff) {
      const next = stream.indexOf(0xff, at);
      if (next < 0) break;
      at = next;
      continue;
    }
    const marker = stream[at + 1] as number;
    const alone = marker === 0 || marker === 0xff || (marker >= 0xd0 && marker <= 0xd9);
    const length = alone ? 0 : stream.readUInt16BE(at + 2);
    const end = Math.min(stream.length, at + 2 + length);
    if (marker !== 0 && marker !== 0xff) found.push({ at, end });
    at = Math.max(at + 2, end);
    if (found.length > 400) break;
  }
  return found;
}

/** Sizes, counts and lengths of one marker segment, or the segment as a whole. */
function mutateMarker(stream: Buffer, random: Random): Buffer {
  const places = markers(stream);
  if (places.length === 0) return noise(stream, random);
  const { at, end } = random.of(places);
  const out = Buffer.from(stream);
  const body = at + 4;
  switch (random.below(8)) {
    case 0:
      out[at + 1] = random.of([
        0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xda, 0xd9, 0xdd, 0xf7, 0xf8, 0x51, 0x52, 0x90, 0x93, 0x50,
      ]);
      return out;
    case 1:
      if (at + 4 <= out.length) out.writeUInt16BE(random.of(EDGES) & 0xffff, at + 2);
      return out;
    case 2:
      return splice(stream, at, end, Buffer.alloc(0));
    case 3:
      return splice(stream, end, end, stream.subarray(at, end));
    case 4: {
      const wide = body + random.below(Math.max(1, end - body - 1));
      if (wide + 2 <= out.length) out.writeUInt16BE(random.of(EDGES) & 0xffff, wide);
      return out;
    }
    case 5: {
      const wide = body + random.below(Math.max(1, end - body - 3));
      if (wide + 4 <= out.length) out.writeUInt32BE(random.of(EDGES), wide);
      return out;
    }
    default:
      return noise(stream, random, Math.min(body, end), end);
  }
}

/** The RLE header (PS3.5 §G.5): its count or one of its offsets. */
function mutateRle(stream: Buffer, random: Random): Buffer {
  const out = Buffer.from(stream);
  if (out.length < 64) return reshape(stream, random);
  const place = random.below(16) * 4;
  const near = out.readUInt32LE(place) + random.below(9) - 4;
  out.writeUInt32LE(random.chance(0.5) ? random.of(EDGES) : near >>> 0, place);
  return out;
}

/** JPEG's size in SOF, JPEG 2000's in SIZ: made huge, so that what is allocated by it shows. */
function inflateSize(stream: Buffer, random: Random): Buffer {
  const out = Buffer.from(stream);
  if (out.length > 40 && out.readUInt32BE(0) === 0xff4f_ff51) {
    for (const at of [8, 12]) out.writeUInt32BE(random.of([0xffff_ffff, 0x7fff_ffff, 60_000, 16_000]), at);
    if (random.chance(0.5)) for (const at of [24, 28]) out.writeUInt32BE(out.readUInt32BE(at - 16), at);
    return out;
  }
  for (const { at } of markers(stream)) {
    const marker = stream[at + 1] as number;
    if ((marker & 0xf0) !== 0xc0 && marker !== 0xf7) continue;
    if (marker === 0xc4 || at + 9 > out.length) continue;
    out.writeUInt16BE(random.of([0xffff, 0x8000, 20_000, 1]), at + 5);
    out.writeUInt16BE(random.of([0xffff, 0x8000, 20_000, 1]), at + 7);
    break;
  }
  return out;
}

/** One compressed frame, changed where its codec looks: headers, entropy-coded bytes, ends. */
export function mutateStream(stream: Buffer, random: Random): Buffer {
  if (stream.length === 0) return random.bytes(random.below(80));
  const isRle = stream[0] !== 0xff && stream.length >= 64 && stream.readUInt32LE(0) <= 15;
  switch (random.below(7)) {
    case 0:
      return noise(stream, random);
    case 1:
      return reshape(stream, random);
    case 2:
      return isRle ? mutateRle(stream, random) : inflateSize(stream, random);
    case 3: {
      // Cut short, then closed as if nothing were missing.
      const cut = stream.subarray(0, random.below(stream.length));
      return Buffer.concat([cut, Buffer.from([0xff, 0xd9])]);
    }
    default:
      return isRle ? mutateRle(stream, random) : mutateMarker(stream, random);
  }
}
