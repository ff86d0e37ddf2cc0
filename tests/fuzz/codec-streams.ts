import { createRequire } from 'node:module';

/** Compressed streams made by the codecs' own encoders, so that the corpus needs no file from outside. */
export interface RawImage {
  readonly rows: number;
  readonly columns: number;
  readonly samples: 1 | 3;
  readonly bits: 8 | 12 | 16;
  /** Little-endian cells, interleaved. */
  readonly bytes: Uint8Array;
}

interface Encoder {
  getDecodedBuffer(info: object): Uint8Array;
  getEncodedBuffer(): Uint8Array;
  encode(): void;
  delete(): void;
  setQuality?(...quality: (number | boolean)[]): void;
  setProgressive?(on: boolean): void;
  setNearLossless?(near: number): void;
  setInterleaveMode?(mode: number): void;
}

const require = createRequire(import.meta.url);
const modules = new Map<string, Promise<Record<string, new () => Encoder>>>();

function codec(name: string): Promise<Record<string, new () => Encoder>> {
  const known = modules.get(name);
  if (known) return known;
  const factory = require(`@cornerstonejs/${name}/wasmjs`) as (options: object) => Promise<never>;
  const loading = factory({ print: () => undefined, printErr: () => undefined });
  modules.set(name, loading);
  return loading;
}

async function encodeWith(
  name: string,
  encoderName: string,
  image: RawImage,
  prepare: (encoder: Encoder) => void = () => undefined,
): Promise<Uint8Array> {
  const Constructor = (await codec(name))[encoderName];
  if (!Constructor) throw new Error(`${name} has no ${encoderName}`);
  const encoder = new Constructor();
  const info = {
    width: image.columns,
    height: image.rows,
    bitsPerSample: image.bits,
    componentCount: image.samples,
    isSigned: false,
    isUsingColorTransform: image.samples === 3,
  };
  try {
    encoder.getDecodedBuffer(info).set(image.bytes);
    prepare(encoder);
    encoder.encode();
    return Uint8Array.from(encoder.getEncodedBuffer());
  } finally {
    encoder.delete();
  }
}

export const encodeJpeg = (image: RawImage, progressive = false): Promise<Uint8Array> =>
  encodeWith('codec-libjpeg-turbo-8bit', 'JPEGEncoder', image, (encoder) => {
    encoder.setProgressive?.(progressive);
    encoder.setQuality?.(90);
  });

export const encodeJpegLs = (image: RawImage, near = 0): Promise<Uint8Array> =>
  encodeWith('codec-charls', 'JpegLSEncoder', image, (encoder) => {
    encoder.setNearLossless?.(near);
    encoder.setInterleaveMode?.(image.samples === 3 ? 2 : 0);
  });

export const encodeJpeg2000 = (image: RawImage): Promise<Uint8Array> =>
  encodeWith('codec-openjpeg', 'J2KEncoder', image, (encoder) => encoder.setQuality?.(true, 0));

export const encodeHtj2k = (image: RawImage): Promise<Uint8Array> =>
  encodeWith('codec-openjph', 'HTJ2KEncoder', image, (encoder) => encoder.setQuality?.(true, 0));

/** PackBits of one byte plane (PS3.5 §G.3.1): runs where three bytes are alike, else literals. */
function packBits(plane: Uint8Array): number[] {
  const out: number[] = [];
  let at = 0;
  while (at < plane.length) {
    let run = 1;
    while (run < 128 && plane[at + run] === plane[at]) run++;
    if (run > 2) {
      out.push(257 - run, plane[at] as number);
      at += run;
      continue;
    }
    const literal = Array.from(plane.subarray(at, at + 8));
    out.push(literal.length - 1, ...literal);
    at += literal.length;
  }
  if (out.length % 2 === 1) out.push(0);
  return out;
}

/** RLE Lossless (PS3.5 Annex G): most significant byte planes first. */
export function encodeRle(image: RawImage): Uint8Array {
  const wide = image.bits > 8 ? 2 : 1;
  const cell = wide * image.samples;
  const pixels = image.rows * image.columns;
  const header = Buffer.alloc(64);
  header.writeUInt32LE(cell, 0);
  const parts: Uint8Array[] = [header];
  let offset = 64;
  for (let segment = 0; segment < cell; segment++) {
    const from = Math.floor(segment / wide) * wide + (wide - 1 - (segment % wide));
    const plane = Uint8Array.from({ length: pixels }, (_, i) => image.bytes[i * cell + from] as number);
    const packed = Uint8Array.from(packBits(plane));
    header.writeUInt32LE(offset, 4 + segment * 4);
    offset += packed.length;
    parts.push(packed);
  }
  return Buffer.concat(parts);
}

/** JPEG Lossless SV1 (ISO 10918-1 Annex H) with one code table in which every category has five bits. */
export function encodeJpegLossless(image: RawImage): Uint8Array {
  const { rows, columns, samples, bits } = image;
  const wide = bits > 8;
  const at = (i: number): number =>
    wide
      ? (image.bytes[2 * i] as number) | ((image.bytes[2 * i + 1] as number) << 8)
      : (image.bytes[i] as number);
  const out: number[] = [0xff, 0xd8, 0xff, 0xc3, 0, 8 + samples * 3, bits, rows >> 8, rows & 255];
  out.push(columns >> 8, columns & 255, samples);
  for (let c = 1; c <= samples; c++) out.push(c, 0x11, 0);
  out.push(0xff, 0xc4, 0, 2 + 17 + 17, 0);
  for (let length = 1; length <= 16; length++) out.push(length === 5 ? 17 : 0);
  for (let category = 0; category < 17; category++) out.push(category);
  out.push(0xff, 0xda, 0, 6 + samples * 2, samples);
  for (let c = 1; c <= samples; c++) out.push(c, 0);
  out.push(1, 0, 0);
  let pending = 0;
  let count = 0;
  const put = (value: number, length: number): void => {
    for (let bit = length - 1; bit >= 0; bit--) {
      pending = (pending << 1) | ((value >> bit) & 1);
      if (++count < 8) continue;
      out.push(pending);
      if (pending === 0xff) out.push(0);
      pending = 0;
      count = 0;
    }
  };
  const stride = columns * samples;
  for (let i = 0; i < rows * stride; i++) {
    const first = i % stride < samples;
    const prediction = i < samples ? 1 << (bits - 1) : first ? at(i - stride) : at(i - samples);
    const difference = ((at(i) - prediction + 0x8000) & 0xffff) - 0x8000;
    const category = 32 - Math.clz32(Math.abs(difference));
    put(category, 5);
    if (category < 16) put(difference < 0 ? difference + (1 << category) - 1 : difference, category);
  }
  while (count > 0) put(1, 1);
  out.push(0xff, 0xd9);
  return Uint8Array.from(out);
}
