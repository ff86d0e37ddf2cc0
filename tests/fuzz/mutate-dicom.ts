import { deflateRawSync } from 'node:zlib';
import { type DicomMap, mapDicom, type PlacedElement } from './dicom-map.ts';
import { EDGES, noise, reshape, splice } from './mutate-bytes.ts';
import { mutateStream } from './mutate-streams.ts';
import type { Random } from './random.ts';

const TAGS = [
  '7FE00010',
  '7FE00008',
  '7FE00001',
  '7FE00002',
  'FFFEE000',
  'FFFEE00D',
  'FFFEE0DD',
  '00020010',
  '00020000',
  '00080005',
  '00080018',
  '00280010',
  '00280008',
  '52009230',
  '52009229',
  '00041220',
  '00283000',
  '00281201',
  '00090010',
  'FFFFFFFF',
] as const;
const VRS = [
  'AE',
  'AS',
  'AT',
  'CS',
  'DA',
  'DS',
  'DT',
  'FD',
  'FL',
  'IS',
  'LO',
  'LT',
  'OB',
  'OD',
  'OF',
  'OL',
  'OV',
  'OW',
  'PN',
  'SH',
  'SL',
  'SQ',
  'SS',
  'ST',
  'SV',
  'TM',
  'UC',
  'UI',
  'UL',
  'UN',
  'UR',
  'US',
  'UT',
  'UV',
  '\0\0',
  '  ',
  'ZZ',
] as const;
const SYNTAXES = [
  '',
  '.1',
  '.1.98',
  '.1.99',
  '.2',
  '.4.50',
  '.4.51',
  '.4.57',
  '.4.70',
  '.4.80',
  '.4.81',
  '.4.90',
  '.4.91',
  '.4.92',
  '.4.100',
  '.4.201',
  '.4.202',
  '.4.203',
  '.4.110',
  '.5',
  '.8.1',
  '.999',
].map((suffix) => `1.2.840.10008.1.2${suffix}`);
const WORDS = [
  '',
  '\\',
  '\\\\\\\\',
  '0',
  '-1',
  '1e400',
  'NaN',
  '99999999999',
  '1e-400',
  '20260230',
  '..',
  '1.2.',
  '9'.repeat(70),
  '\x1b$B',
  '\x1b$B\x21',
  '\x1b)I\xff\xfe',
  'ISO_IR 192',
  'ISO 2022 IR 87',
  'GB18030',
  '\xf0\x90',
  '\0\0\0',
  '^^^^^=^^=^',
  '000Y',
  '999W',
  '-5D',
  '1\\2\\3\\4\\5\\6',
  'RGB',
  'PALETTE COLOR',
  'YBR_FULL_422',
  'MONOCHROME1',
  'YBR_PARTIAL_420',
] as const;

const item = (length: number): Buffer => {
  const out = Buffer.from('feff00e000000000', 'hex');
  out.writeUInt32LE(length >>> 0, 4);
  return out;
};

function tagBytes(tag: string, big: boolean): Buffer {
  const out = Buffer.from(tag, 'hex');
  return big ? out : Buffer.concat([out.subarray(0, 2).reverse(), out.subarray(2).reverse()]);
}

function writeLength(out: Buffer, element: PlacedElement, value: number, big: boolean): void {
  const { lengthAt, lengthSize } = element;
  if (lengthSize === 2 && big) out.writeUInt16BE(value & 0xffff, lengthAt);
  else if (lengthSize === 2) out.writeUInt16LE(value & 0xffff, lengthAt);
  else if (big) out.writeUInt32BE(value >>> 0, lengthAt);
  else out.writeUInt32LE(value >>> 0, lengthAt);
}

/** Another value of another length, its own length right; those of the sequences around it are wrong then. */
function setValue(bytes: Buffer, element: PlacedElement, value: Uint8Array, big: boolean): Buffer {
  const out = splice(bytes, element.start, element.end, value);
  writeLength(out, element, value.length, big);
  return out;
}

type Mutation = (bytes: Buffer, map: DicomMap, random: Random) => Buffer;

const anyElement = (map: DicomMap, random: Random): PlacedElement | null =>
  map.elements.length === 0 ? null : random.of(map.elements);

/** Attributes that sizes, types and frames are computed from. */
const numeric = (map: DicomMap): PlacedElement[] =>
  map.elements.filter(({ tag, start, end }) => tag.startsWith('0028') && end - start === 2);

const mutateTag: Mutation = (bytes, map, random) => {
  const element = anyElement(map, random);
  if (!element) return noise(bytes, random);
  const out = Buffer.from(bytes);
  out.set(random.chance(0.7) ? tagBytes(random.of(TAGS), map.bigEndian) : random.bytes(4), element.at);
  return out;
};

const mutateLength: Mutation = (bytes, map, random) => {
  const element = anyElement(map, random);
  if (!element) return noise(bytes, random);
  const out = Buffer.from(bytes);
  const left = bytes.length - element.start;
  const real = element.end - element.start;
  const value = random.of([
    random.of(EDGES),
    left,
    left + 1,
    left - 1,
    real + 1,
    real - 1,
    real + 2,
    real * 2,
    real + 8,
  ]);
  writeLength(out, element, value, map.bigEndian);
  return out;
};

const mutateVr: Mutation = (bytes, map, random) => {
  const element = anyElement(map, random);
  if (!element || element.vrAt === null) return noise(bytes, random);
  const out = Buffer.from(bytes);
  out.write(random.of(VRS), element.vrAt, 'latin1');
  return out;
};

const mutateNumber: Mutation = (bytes, map, random) => {
  const places = numeric(map);
  if (places.length === 0) return mutateLength(bytes, map, random);
  const out = Buffer.from(bytes);
  const { start } = random.of(places);
  const now = map.bigEndian ? out.readUInt16BE(start) : out.readUInt16LE(start);
  const value =
    random.of([
      0,
      1,
      2,
      3,
      4,
      7,
      8,
      12,
      15,
      16,
      31,
      32,
      64,
      255,
      4096,
      0x7fff,
      0xffff,
      now + 1,
      now - 1,
      now * 2,
    ]) & 0xffff;
  if (map.bigEndian) out.writeUInt16BE(value, start);
  else out.writeUInt16LE(value, start);
  return out;
};

const mutateText: Mutation = (bytes, map, random) => {
  const element = anyElement(map, random);
  if (!element) return reshape(bytes, random);
  const words = random.chance(0.1)
    ? random.bytes(random.below(300))
    : Buffer.from(random.of(WORDS), 'latin1');
  const even =
    words.length % 2 === 0 || random.chance(0.1) ? words : Buffer.concat([words, Buffer.from(' ')]);
  return setValue(bytes, element, even, map.bigEndian);
};

const moveElement: Mutation = (bytes, map, random) => {
  const element = anyElement(map, random);
  const other = anyElement(map, random);
  if (!element || !other) return reshape(bytes, random);
  const whole = bytes.subarray(element.at, element.end);
  switch (random.below(3)) {
    case 0:
      return splice(bytes, element.at, element.end, Buffer.alloc(0));
    case 1:
      return splice(bytes, other.at, other.at, whole);
    default:
      return splice(bytes, other.start, other.end, whole);
  }
};

/** A sequence of many levels, of defined or undefined length, closed or left open, explicit or implicit. */
const nest: Mutation = (bytes, map, random) => {
  const element = anyElement(map, random);
  const at = element?.depth === 0 && element.at >= map.metaEnd ? element.at : map.metaEnd;
  const depth = random.of([1, 2, 10, 60, 70, 300, 3000]);
  const explicit = element ? element.vrAt !== null : true;
  const open = explicit
    ? Buffer.concat([
        tagBytes('00081140', map.bigEndian),
        Buffer.from('SQ\0\0\xff\xff\xff\xff', 'latin1'),
        item(0xffff_ffff),
      ])
    : Buffer.concat([tagBytes('00081140', false), Buffer.from('ffffffff', 'hex'), item(0xffff_ffff)]);
  const close = Buffer.from('feff0de000000000feffdde000000000', 'hex');
  const closes = random.chance(0.6) ? depth : random.below(depth + 1);
  return splice(
    bytes,
    at,
    at,
    Buffer.concat([Buffer.alloc(depth * open.length, open), Buffer.alloc(closes * 16, close)]),
  );
};

/** Undefined length where it need not be, or must not. */
const undefine: Mutation = (bytes, map, random) => {
  const long = map.elements.filter(({ lengthSize }) => lengthSize === 4);
  if (long.length === 0) return mutateLength(bytes, map, random);
  const element = random.of(long);
  const out = Buffer.from(bytes);
  writeLength(out, element, 0xffff_ffff, map.bigEndian);
  if (random.chance(0.5)) return out;
  return splice(
    out,
    element.end,
    element.end,
    Buffer.from(random.of(['feff0de000000000', 'feffdde000000000']), 'hex'),
  );
};

const mutateFragments: Mutation = (bytes, map, random) => {
  if (map.fragments.length === 0) return mutateNumber(bytes, map, random);
  const fragment = random.of(map.fragments);
  const { at, start, end } = fragment;
  const out = Buffer.from(bytes);
  switch (random.below(8)) {
    case 0:
      out.writeUInt32LE(
        random.chance(0.5) ? random.of(EDGES) : (end - start + random.below(9) - 4) >>> 0,
        at + 4,
      );
      return out;
    case 1:
      out.set(tagBytes(random.of(TAGS), false), at);
      return out;
    case 2:
      return splice(bytes, at, end, Buffer.alloc(0));
    case 3:
      return splice(bytes, at, at, bytes.subarray(at, end));
    case 4:
      return splice(bytes, at, at, item(0));
    case 5: {
      const half = start + Math.floor((end - start) / 4) * 2;
      const parts = [
        item(half - start),
        bytes.subarray(start, half),
        item(end - half),
        bytes.subarray(half, end),
      ];
      return splice(bytes, at, end, Buffer.concat(parts));
    }
    case 6: {
      const many = Buffer.alloc(random.of([100, 5000]) * 8, item(0));
      return splice(bytes, end, end, many);
    }
    default: {
      const other = random.of(map.fragments);
      return splice(bytes, at, end, bytes.subarray(other.at, other.end));
    }
  }
};

/** The basic offset table (PS3.5 §A.4): other entries, another length, entries for frames that are not there. */
const mutateOffsets: Mutation = (bytes, map, random) => {
  const [table] = map.fragments;
  if (!table) return mutateLength(bytes, map, random);
  const entries = random.of([0, 1, 2, 3, 4, 1000]);
  const made = Buffer.alloc(entries * 4 + random.of([0, 0, 0, 1, 2, 3]));
  for (let i = 0; i < entries; i++) {
    const fragment = map.fragments[1 + random.below(map.fragments.length - 1)];
    const honest = fragment ? fragment.at - table.end : 0;
    made.writeUInt32LE(random.chance(0.5) ? honest : random.of(EDGES), i * 4);
  }
  return splice(bytes, table.at, table.end, Buffer.concat([item(made.length), made]));
};

/** Extended Offset Table and its lengths (PS3.3 C.7.6.3.1.8), right or wrong, before Pixel Data. */
const addExtendedOffsets: Mutation = (bytes, map, random) => {
  const pixels = map.elements.find(({ tag, depth }) => tag === '7FE00010' && depth === 0);
  const [table, ...frames] = map.fragments;
  if (!pixels || !table) return mutateTag(bytes, map, random);
  const wrong = random.chance(0.6);
  const number = (honest: number): bigint =>
    wrong && random.chance(0.4) ? BigInt(random.of(EDGES)) << BigInt(random.below(33)) : BigInt(honest);
  const make = (tag: string, values: readonly number[]): Buffer => {
    const body = Buffer.alloc(values.length * 8);
    values.forEach((value, i) => body.writeBigUInt64LE(number(value) & 0xffff_ffff_ffff_ffffn, i * 8));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(body.length);
    return Buffer.concat([tagBytes(tag, false), Buffer.from('OV\0\0', 'latin1'), length, body]);
  };
  const offsets = make(
    '7FE00001',
    frames.map(({ at }) => at - table.end),
  );
  const lengths = make(
    '7FE00002',
    frames.map(({ start, end }) => end - start),
  );
  return splice(
    bytes,
    pixels.at,
    pixels.at,
    Buffer.concat(random.chance(0.8) ? [offsets, lengths] : [offsets]),
  );
};

const mutateFrameStream: Mutation = (bytes, map, random) => {
  const frames = map.fragments.slice(1);
  const native = map.elements.find(({ tag, depth }) => tag === '7FE00010' && depth === 0);
  if (frames.length === 0) return noise(bytes, random, native?.start ?? 0, native?.end ?? bytes.length);
  const { at, start, end } = random.of(frames);
  const stream = mutateStream(Buffer.from(bytes.subarray(start, end)), random);
  const even = stream.length % 2 === 0 ? stream : Buffer.concat([stream, Buffer.alloc(1)]);
  return splice(bytes, at, end, Buffer.concat([item(even.length), even]));
};

/** Another transfer syntax than the bytes are in. */
const lieAboutSyntax: Mutation = (bytes, map, random) => {
  const element = map.elements.find(({ tag }) => tag === '00020010');
  if (!element) return noise(bytes, random);
  const uid = random.of(SYNTAXES);
  return setValue(bytes, element, Buffer.from(uid.length % 2 === 0 ? uid : `${uid}\0`), false);
};

/** Deflated data sets (PS3.5 §A.5): damaged, of something else, or a bomb. */
const deflate: Mutation = (bytes, map, random) => {
  const element = map.elements.find(({ tag }) => tag === '00020010');
  if (!element || map.metaEnd === 0) return noise(bytes, random);
  const uid = Buffer.from('1.2.840.10008.1.2.1.99');
  const meta = setValue(bytes.subarray(0, map.metaEnd), element, uid, false);
  const bomb = random.chance(0.05) ? Buffer.alloc(random.of([1 << 20, 1 << 27])) : Buffer.alloc(0);
  const body = deflateRawSync(Buffer.concat([bytes.subarray(map.metaEnd), bomb]), { level: 1 });
  return Buffer.concat([meta, random.chance(0.5) ? body : reshape(noise(body, random), random)]);
};

/** The preamble or the meta group gone, or the beginning of another kind of file before it. */
const unframe: Mutation = (bytes, map, random) => {
  switch (random.below(4)) {
    case 0:
      return bytes.subarray(Math.min(132, bytes.length));
    case 1:
      return bytes.subarray(map.metaEnd);
    case 2:
      return Buffer.concat([bytes.subarray(0, 132), bytes.subarray(map.metaEnd)]);
    default: {
      const out = Buffer.from(bytes);
      out.set(
        random.of([
          [0x50, 0x4b, 3, 4],
          [0x89, 0x50, 0x4e, 0x47],
          [0xff, 0xd8, 0xff],
          [0x49, 0x49, 42, 0],
        ]),
        0,
      );
      return out;
    }
  }
};

/** Many small elements, or many small items: what each costs must not add up. */
const multiply: Mutation = (bytes, map, random) => {
  const count = random.of([100, 2000, 60_000]);
  const out = Buffer.alloc(count * 8);
  if (random.chance(0.3)) {
    out.fill(item(0));
    const head = Buffer.concat([
      tagBytes('00081140', false),
      Buffer.from('SQ\0\0\xff\xff\xff\xff', 'latin1'),
    ]);
    return splice(bytes, map.metaEnd, map.metaEnd, Buffer.concat([head, out]));
  }
  for (let i = 0; i < count; i++) {
    out.writeUInt16LE(9, i * 8);
    out.writeUInt16LE(i & 0xffff, i * 8 + 2);
    out.write('SH', i * 8 + 4, 'latin1');
  }
  return splice(bytes, map.metaEnd, map.metaEnd, out);
};

const cutAtBoundary: Mutation = (bytes, map, random) => {
  const element = anyElement(map, random);
  const place = element
    ? random.of([element.at, element.lengthAt, element.start, element.end])
    : bytes.length;
  return bytes.subarray(0, Math.max(0, place + random.below(5) - 2));
};

const MUTATIONS: readonly Mutation[] = [
  mutateTag,
  mutateLength,
  mutateLength,
  mutateVr,
  mutateNumber,
  mutateNumber,
  mutateText,
  mutateText,
  moveElement,
  nest,
  undefine,
  mutateFragments,
  mutateFragments,
  mutateOffsets,
  addExtendedOffsets,
  mutateFrameStream,
  mutateFrameStream,
  mutateFrameStream,
  mutateFrameStream,
  lieAboutSyntax,
  deflate,
  unframe,
  multiply,
  cutAtBoundary,
  (bytes, _map, random) => noise(bytes, random),
  (bytes, map, random) => noise(bytes, random, map.metaEnd, Math.min(bytes.length, map.metaEnd + 1500)),
  (bytes, _map, random) => reshape(bytes, random),
];

/** One to four changes to a DICOM file, each found anew in what the last one left. */
export function mutateDicom(seed: Buffer, random: Random): Buffer {
  let bytes = seed;
  const rounds = random.of([1, 1, 1, 2, 2, 3, 4]);
  for (let round = 0; round < rounds; round++) bytes = random.of(MUTATIONS)(bytes, mapDicom(bytes), random);
  return bytes;
}
