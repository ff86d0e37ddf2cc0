import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

function chunk(type: string, data: Uint8Array): Buffer {
  const out = Buffer.alloc(data.length + 12);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  out.set(data, 8);
  out.writeUInt32BE(crc32(out.subarray(4, data.length + 8)), data.length + 8);
  return out;
}

/**
 * An 8-bit grey PNG (ISO/IEC 15948), by the deflate that Node carries: several times as fast on a large mask as one in JavaScript.
 * Each row but the first is written as its difference from the row above (filter type 2), which makes masks and smooth maps small.
 */
export function encodeGreyPng(rows: number, columns: number, pixels: Uint8Array): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(columns, 0);
  header.writeUInt32BE(rows, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const filtered = new Uint8Array(rows * (columns + 1));
  filtered.set(pixels.subarray(0, columns), 1);
  for (let y = 1; y < rows; y++) {
    const to = y * (columns + 1);
    const from = y * columns;
    const above = from - columns;
    filtered[to] = 2;
    for (let x = 0; x < columns; x++) {
      filtered[to + 1 + x] = (pixels[from + x] as number) - (pixels[above + x] as number);
    }
  }
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(filtered, { level: 3 })),
    chunk('IEND', new Uint8Array(0)),
  ]);
}
