import { crc32, deflateSync } from 'node:zlib';
import { ZipFile } from 'yazl';

/** Plain images and archives for the corpus, written by hand so that each field's place is known. */

function chunk(type: string, body: Uint8Array): Buffer {
  const out = Buffer.alloc(12 + body.length);
  out.writeUInt32BE(body.length, 0);
  out.write(type, 4, 'latin1');
  out.set(body, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + body.length)), 8 + body.length);
  return out;
}

/** @param colour PNG's colour type: 0 grey, 2 RGB, 3 palette, 4 grey and alpha */
export function png(rows: number, columns: number, depth: number, colour: 0 | 2 | 3 | 4): Buffer {
  const channels = { 0: 1, 2: 3, 3: 1, 4: 2 }[colour];
  const header = Buffer.alloc(13);
  header.writeUInt32BE(columns, 0);
  header.writeUInt32BE(rows, 4);
  header.set([depth, colour, 0, 0, 0], 8);
  const stride = Math.ceil((columns * channels * depth) / 8) + 1;
  const raw = Uint8Array.from({ length: rows * stride }, (_, i) =>
    i % stride === 0 ? 0 : colour === 4 ? 255 : (i * 7) & 255,
  );
  const palette = colour === 3 ? [chunk('PLTE', Buffer.alloc(768, 100))] : [];
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]),
    chunk('IHDR', header),
    ...palette,
    chunk('IDAT', deflateSync(raw)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** PackBits with literals only. */
function literals(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 64) {
    const part = bytes.subarray(at, at + 64);
    parts.push(Buffer.from([part.length - 1]), part);
  }
  return Buffer.concat(parts);
}

/** LZW that never grows beyond nine bits: a clear code before every 200 literals (TIFF 6.0 §13). */
function lzw(bytes: Buffer): Buffer {
  const codes: number[] = [];
  bytes.forEach((byte, i) => {
    if (i % 200 === 0) codes.push(256);
    codes.push(byte);
  });
  codes.push(257);
  const bits = codes.map((code) => code.toString(2).padStart(9, '0')).join('');
  return Buffer.from((bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)));
}

/** Baseline TIFF, one strip. `compression`: 1 none, 5 LZW, 8 deflate, 32773 PackBits. */
export function tiff(
  rows: number,
  columns: number,
  samples: 1 | 3,
  depth: 8 | 16,
  compression: number,
): Buffer {
  const raw = Buffer.from(
    Uint8Array.from({ length: (rows * columns * samples * depth) / 8 }, (_, i) => i & 127),
  );
  const strip =
    compression === 8
      ? deflateSync(raw)
      : compression === 5
        ? lzw(raw)
        : compression === 32773
          ? literals(raw)
          : raw;
  const fields: [number, number, number, number][] = [
    [256, 3, 1, columns],
    [257, 3, 1, rows],
    [258, 3, 1, depth],
    [259, 3, 1, compression],
    [262, 3, 1, samples === 3 ? 2 : 1],
    [273, 4, 1, 8],
    [277, 3, 1, samples],
    [278, 3, 1, rows],
    [279, 4, 1, strip.length],
  ];
  const directory = Buffer.alloc(2 + fields.length * 12 + 4);
  directory.writeUInt16LE(fields.length, 0);
  fields.forEach(([tag, type, count, value], i) => {
    const at = 2 + i * 12;
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(type, at + 2);
    directory.writeUInt32LE(count, at + 4);
    directory.writeUInt32LE(value, at + 8);
  });
  const head = Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0]);
  head.writeUInt32LE(8 + strip.length + (strip.length & 1), 4);
  return Buffer.concat([head, strip, Buffer.alloc(strip.length & 1), directory]);
}

export async function zip(entries: Readonly<Record<string, Uint8Array>>): Promise<Buffer> {
  const file = new ZipFile();
  for (const [name, content] of Object.entries(entries)) {
    file.addBuffer(Buffer.from(content), name, { compress: !name.startsWith('stored'), mtime: new Date(0) });
  }
  file.end();
  const chunks: Buffer[] = [];
  for await (const part of file.outputStream) chunks.push(part as Buffer);
  return Buffer.concat(chunks);
}
