import { decode } from 'fast-png';
import { neededChunks } from './png-chunks.ts';
import { badImage, littleEndian, MAX_PLAIN_PIXELS, type PlainPixels } from './plain-image.ts';

/** Samples of less than 8 bits: each row begins at a byte (PNG 1.2 §2.3). */
function unpackRows(data: Uint8Array, width: number, height: number, depth: number): Uint8Array {
  const out = new Uint8Array(width * height);
  const stride = Math.ceil((width * depth) / 8);
  const mask = (1 << depth) - 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * depth;
      out[y * width + x] = ((data[y * stride + (bit >> 3)] as number) >> (8 - depth - (bit & 7))) & mask;
    }
  }
  return out;
}

/** Takes the alpha channel off where it says nothing; refuses where it hides something. */
function dropAlpha<T extends Uint8Array | Uint16Array>(data: T, channels: number, opaque: number): T {
  const kept = channels - 1;
  const pixels = data.length / channels;
  const out = data.slice(0, pixels * kept) as T;
  for (let i = 0; i < pixels; i++) {
    if (data[i * channels + kept] !== opaque)
      throw badImage('parts of it are transparent; save it without transparency');
    for (let c = 0; c < kept; c++) out[i * kept + c] = data[i * channels + c] as number;
  }
  return out;
}

/** PNG: grey of 1 to 16 bits, RGB, palette (to RGB); grey of less than 8 bits is spread over 0–255. */
export function decodePng(bytes: Uint8Array): PlainPixels {
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 33) throw badImage('the PNG file is cut off');
  if (header.getUint32(16) * header.getUint32(20) > MAX_PLAIN_PIXELS)
    throw badImage('it has too many pixels');
  const needed = neededChunks(bytes);
  let png: ReturnType<typeof decode>;
  try {
    png = decode(needed, { checkCrc: true });
  } catch (cause) {
    throw badImage('the PNG file is damaged', cause);
  }
  const { width, height, depth, palette, transparency } = png;
  let { channels } = png;
  if (transparency && transparency.length > 0)
    throw badImage('parts of it are transparent; save it without transparency');
  let data = png.data instanceof Uint8ClampedArray ? new Uint8Array(png.data) : png.data;
  if (depth < 8 && data instanceof Uint8Array) data = unpackRows(data, width, height, depth);
  if (data.length !== width * height * channels) throw badImage('the PNG file is damaged');
  if (palette) {
    const rgb = new Uint8Array(data.length * 3);
    data.forEach((index, i) => {
      const [red, green, blue, alpha = 255] = palette[index] ?? [];
      if (red === undefined || green === undefined || blue === undefined)
        throw badImage('it uses a colour that its palette lacks');
      if (alpha !== 255) throw badImage('parts of it are transparent; save it without transparency');
      rgb.set([red, green, blue], i * 3);
    });
    data = rgb;
    channels = 3;
  } else if (depth < 8) {
    const scale = 255 / ((1 << depth) - 1);
    data = data.map((value) => value * scale);
  }
  if (channels === 2 || channels === 4) {
    data = dropAlpha(data, channels, depth === 16 ? 0xffff : 0xff);
    channels -= 1;
  }
  return {
    rows: height,
    columns: width,
    samples: channels === 3 ? 3 : 1,
    bits: depth === 16 ? 16 : 8,
    photometric: channels === 3 ? 'RGB' : 'MONOCHROME2',
    bytes: littleEndian(data),
    lossy: false,
  };
}
