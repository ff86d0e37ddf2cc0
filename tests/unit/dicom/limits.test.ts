import { crc32, deflateRawSync, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MAX_DEPTH, MAX_ELEMENTS } from '../../../electron/dicom/bounded-stream.ts';
import { runDecoder, wasmCodec } from '../../../electron/dicom/codecs/wasm.ts';
import { decodeFrameOf, openFrames } from '../../../electron/dicom/decode-frame.ts';
import { parseObject } from '../../../electron/dicom/parse-object.ts';
import { decodePng } from '../../../electron/dicom/plain/png.ts';
import { decodeTiff } from '../../../electron/dicom/plain/tiff.ts';
import { readHeader } from '../../../electron/dicom/read-header.ts';
import { loadCorpus } from '../../fuzz/corpus.ts';
import { mapDicom } from '../../fuzz/dicom-map.ts';
import { png, tiff } from '../../fuzz/plain-files.ts';
import { codeOf, el, sample } from './samples.ts';

const DATA_SET = Buffer.from([8, 0, 0x16, 0]);

/** Bytes put before the first element of a data set. */
function before(insert: Uint8Array, whole = Buffer.from(sample())): Buffer {
  const start = whole.indexOf(DATA_SET);
  return Buffer.concat([whole.subarray(0, start), insert, whole.subarray(start)]);
}

function nested(depth: number): Buffer {
  const open = Buffer.from('08004011535100 00ffffffff feff00e0ffffffff'.replaceAll(' ', ''), 'hex');
  const close = Buffer.from('feff0de000000000feffdde000000000', 'hex');
  return before(
    Buffer.concat([Buffer.alloc(depth * open.length, open), Buffer.alloc(depth * close.length, close)]),
  );
}

/** A seed with its rows and columns, and those of every stream in it, set to a size. */
async function grown(name: string, rows: number, columns: number, streamsToo: boolean): Promise<Buffer> {
  const seed = (await loadCorpus(true)).find((one) => one.name === name);
  if (!seed) throw new Error(`no seed ${name}`);
  const bytes = Buffer.from(seed.bytes);
  const map = mapDicom(bytes);
  const place = (tag: string): number => map.elements.find((one) => one.tag === tag)?.start ?? 0;
  const now = [bytes.readUInt16LE(place('00280010')), bytes.readUInt16LE(place('00280011'))];
  bytes.writeUInt16LE(rows, place('00280010'));
  bytes.writeUInt16LE(columns, place('00280011'));
  if (!streamsToo) return bytes;
  const header = Buffer.alloc(4);
  header.writeUInt16BE(now[0] ?? 0, 0);
  header.writeUInt16BE(now[1] ?? 0, 2);
  const at = bytes.indexOf(header, map.fragments[1]?.start);
  bytes.writeUInt16BE(rows, at);
  bytes.writeUInt16BE(columns, at + 2);
  return bytes;
}

/** The code, and how much memory for pixels was taken at most a moment later. */
async function refusedCheaply(work: () => unknown): Promise<string> {
  const memory = process.memoryUsage().arrayBuffers;
  const code = await codeOf(work);
  expect(process.memoryUsage().arrayBuffers - memory).toBeLessThan(64e6);
  return code;
}

describe('a header', () => {
  it(`may nest its sequences ${MAX_DEPTH} levels deep and no deeper`, async () => {
    expect(readHeader(nested(MAX_DEPTH)).modality).toBe('CT');
    expect(await codeOf(() => readHeader(nested(MAX_DEPTH + 1)))).toBe('sequence-too-deep');
  });

  it('may not have more elements than memory bears', async () => {
    const elements = Buffer.alloc((MAX_ELEMENTS * 4 * 8) / 3 + 80, Buffer.from('0900010053480000', 'hex'));
    expect(await codeOf(() => readHeader(before(elements)))).toBe('too-many-elements');
  });

  it('is not read further where it holds nothing but zeros', async () => {
    expect(await refusedCheaply(() => readHeader(before(Buffer.alloc(100_000))))).toBe('bad-header');
    expect(await codeOf(() => readHeader(before(Buffer.alloc(800))))).toBe('accepted');
  });

  it('may hold a long value of zeros of undefined length', () => {
    const head = Buffer.from('090001104f420000ffffffff', 'hex');
    const value = Buffer.concat([head, Buffer.alloc(1 << 20), Buffer.from('feff0de000000000', 'hex')]);
    expect(readHeader(before(value)).modality).toBe('CT');
  });

  it('is not believed where an element is longer than what is left, at the top or inside a sequence', async () => {
    const item = [el('00081150 UI', '1.2'), el('00081155 UI', '1.3.4.5')];
    const whole = Buffer.from(sample([el('00081140 SQ', [item])]));
    const at = whole.indexOf(Buffer.from([8, 0, 0x50, 0x11]));
    whole.writeUInt16LE(0xfffe, at + 6);
    expect(await refusedCheaply(() => readHeader(whole))).toBe('truncated');
    const text = Buffer.from(sample([el('00104000 LT', 'here')]));
    text.writeUInt16LE(0xfff0, text.indexOf('here') - 2);
    expect(await refusedCheaply(() => readHeader(text))).toBe('truncated');
  });

  it('may hold 64-bit integers (OV, SV, UV), which have a long length: what follows is read where it is', () => {
    for (const vr of ['OV', 'SV', 'UV']) {
      const value = Buffer.alloc(16, 1);
      const element = Buffer.concat([
        Buffer.from([9, 0, 1, 0]),
        Buffer.from(`${vr}\0\0`),
        Buffer.from([16, 0, 0, 0]),
        value,
      ]);
      const object = parseObject(before(element));
      expect(object.dataSet.elements['x00090001']?.length).toBe(16);
      expect(object.dataSet.string('x00080060')).toBe('CT');
    }
  });

  it('may not unfold to 250 times its size, beyond the first 64 MiB', async () => {
    const deflated = (zeros: number): Buffer => {
      const whole = Buffer.from(sample([], { syntax: '1.2.840.10008.1.2.1.99' }));
      const start = whole.indexOf(DATA_SET);
      const body = Buffer.concat([whole.subarray(start), Buffer.alloc(zeros)]);
      return Buffer.concat([whole.subarray(0, start), deflateRawSync(body)]);
    };
    expect(await codeOf(() => readHeader(deflated(70 << 20)))).toBe('deflate-ratio');
    expect(await codeOf(() => readHeader(deflated(1 << 20)))).toBe('accepted');
  });
});

describe('a compressed frame', () => {
  const decode = (bytes: Buffer) => decodeFrameOf(openFrames(bytes), 0);

  it.each(['own/jpeg', 'own/jpeg-lossless-16', 'own/jpeg-ls', 'own/jpeg-2000', 'own/htj2k'])(
    '%s of another size than its header is refused before it is decoded',
    async (name) => {
      const bytes = await grown(name, 16_000, 16_000, false);
      expect(await refusedCheaply(() => decode(bytes))).toBe('inconsistent-pixels');
    },
  );

  it.each(['own/jpeg', 'own/jpeg-lossless-16', 'own/jpeg-ls'])(
    '%s of a few bytes is not taken for an image of 256 million pixels, whatever both say',
    async (name) => {
      const bytes = await grown(name, 16_000, 16_000, true);
      expect(await refusedCheaply(() => decode(bytes))).toBe('codec-failed');
    },
  );

  it('RLE gets no memory that its bytes could not fill', async () => {
    const bytes = await grown('own/rle', 16_000, 16_000, false);
    expect(await refusedCheaply(() => decode(bytes))).toBe('codec-failed');
  });
});

describe('a decoder that trapped', () => {
  it('is loaded anew, so that its next frame finds whole memory', async () => {
    let loads = 0;
    const load = wasmCodec<object>(
      () => Promise.resolve({ load: ++loads }),
      'charlswasm_decode.wasm',
      '@cornerstonejs/codec-charls/decodewasm',
    );
    const first = await load();
    expect(await load()).toBe(first);
    const trapping = {
      getEncodedBuffer: (length: number) => new Uint8Array(length),
      getDecodedBuffer: () => new Uint8Array(0),
      decode: () => {
        throw new WebAssembly.RuntimeError('memory access out of bounds');
      },
      getFrameInfo: () => ({ width: 0, height: 0, bitsPerSample: 8, componentCount: 1 }),
      delete: () => {
        throw new WebAssembly.RuntimeError('memory access out of bounds');
      },
    };
    expect(() => runDecoder(trapping, new Uint8Array(4), () => null)).toThrow('out of bounds');
    await load();
    expect(loads).toBe(2);
  });
});

describe('a plain image', () => {
  function withChunk(image: Buffer, type: string, body: Buffer): Buffer {
    const chunk = Buffer.concat([Buffer.alloc(4), Buffer.from(type), body, Buffer.alloc(4)]);
    chunk.writeUInt32BE(body.length, 0);
    chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + body.length)), 8 + body.length);
    return Buffer.concat([image.subarray(0, 33), chunk, image.subarray(33)]);
  }

  it('PNG whose data unfold to more than its size is refused at that size', async () => {
    const bomb = withChunk(png(9, 12, 8, 0), 'IDAT', deflateSync(Buffer.alloc(200 << 20)));
    expect(await refusedCheaply(() => decodePng(bomb))).toBe('bad-image');
  });

  it('PNG with a bomb in its colour profile is decoded without it', () => {
    const profile = Buffer.concat([Buffer.from('icc\0\0'), deflateSync(Buffer.alloc(200 << 20))]);
    const memory = process.memoryUsage().arrayBuffers;
    expect(decodePng(withChunk(png(9, 12, 8, 0), 'iCCP', profile)).rows).toBe(9);
    expect(process.memoryUsage().arrayBuffers - memory).toBeLessThan(64e6);
  });

  it.each([1, 5, 8, 32773])(
    'TIFF of compression %d that states more than it holds is refused',
    async (compression) => {
      const image = tiff(12, 16, 1, 16, compression);
      const directory = image.readUInt32LE(4);
      for (const entry of [2, 14]) image.writeUInt32LE(16_000, directory + entry + 8);
      image.writeUInt32LE(16_000, directory + 2 + 7 * 12 + 8);
      expect(await refusedCheaply(() => decodeTiff(image))).toBe('bad-image');
    },
  );
});
