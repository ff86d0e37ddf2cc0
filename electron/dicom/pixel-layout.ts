import type { DataSet } from 'dicom-parser';
import { Refused } from '../shared/errors.ts';
import { elementBytes, integer, plainText, plainValues, unsigned16 } from './data-set.ts';
import type { ParsedObject } from './parse-object.ts';

/** The Image Pixel module (PS3.3 C.7.6.3), checked for sense: how the samples of every frame lie. */
export interface PixelLayout {
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  readonly samples: 1 | 3;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
  readonly float: boolean;
  readonly planar: boolean;
  readonly photometric: string;
  readonly lossyBefore: boolean;
}

/** A frame of more samples than this is not decoded (about the largest mammogram times four). */
const MAX_SAMPLES = 1 << 28;
const MAX_FRAMES = 1_000_000;

const wrong = (words: string): Refused =>
  new Refused(
    'inconsistent-pixels',
    `The description of the pixels makes no sense: ${words}. The image is not shown, since it might be wrong.`,
  );

function required(dataSet: DataSet, tag: string, name: string): number {
  const value = unsigned16(dataSet, tag);
  if (value === null) throw wrong(`${name} is missing`);
  return value;
}

function readFrames(dataSet: DataSet): number {
  if (plainText(dataSet, 'x00280008') === '') return 1;
  const frames = integer(dataSet, 'x00280008');
  if (frames === null || frames < 0 || frames > MAX_FRAMES)
    throw wrong('Number of Frames is no plausible number');
  // Zero is written by some devices for a single frame; the length check decides whether there is one.
  return Math.max(1, frames);
}

const MONOCHROME = ['MONOCHROME1', 'MONOCHROME2', 'PALETTE COLOR'];
const COLOUR = [
  'RGB',
  'YBR_FULL',
  'YBR_FULL_422',
  'YBR_PARTIAL_422',
  'YBR_PARTIAL_420',
  'YBR_ICT',
  'YBR_RCT',
];

/**
 * Reads and checks the layout.
 * @throws Refused `inconsistent-pixels` where the attributes contradict each other; `pixels-unsupported` where they
 *   are lawful and this build has no way to show them.
 */
export function readPixelLayout(object: ParsedObject): PixelLayout {
  const { dataSet, pixelElement } = object;
  const rows = required(dataSet, 'x00280010', 'Rows');
  const columns = required(dataSet, 'x00280011', 'Columns');
  const samples = unsigned16(dataSet, 'x00280002') ?? 1;
  const float = pixelElement !== null && pixelElement.tag !== 'x7fe00010';
  const bitsAllocated = float
    ? pixelElement.tag === 'x7fe00008'
      ? 32
      : 64
    : required(dataSet, 'x00280100', 'Bits Allocated');
  const bitsStored = float ? bitsAllocated : (unsigned16(dataSet, 'x00280101') ?? bitsAllocated);
  const highBit = float ? bitsAllocated - 1 : (unsigned16(dataSet, 'x00280102') ?? bitsStored - 1);
  const representation = float ? 0 : (unsigned16(dataSet, 'x00280103') ?? 0);
  const planarConfiguration = unsigned16(dataSet, 'x00280006') ?? 0;
  const photometric = plainValues(dataSet, 'x00280004')[0] ?? '';
  const frames = readFrames(dataSet);

  if (rows === 0 || columns === 0) throw wrong(`${columns} columns by ${rows} rows`);
  if (samples !== 1 && samples !== 3) {
    throw new Refused('pixels-unsupported', `Pixels of ${samples} samples are not drawn by this build.`);
  }
  if (rows * columns * samples > MAX_SAMPLES)
    throw new Refused(
      'too-large',
      `A frame of ${columns} by ${rows} pixels is larger than this build decodes.`,
    );
  if (![1, 8, 16, 32, 64].includes(bitsAllocated)) {
    // Cells of 10 or 12 bits were packed in more than one way before they were retired, and no file says in which.
    throw new Refused('pixels-unsupported', `Bits Allocated ${bitsAllocated} is not drawn by this build.`);
  }
  if (bitsAllocated === 64 && !float)
    throw new Refused('pixels-unsupported', '64-bit integers are not drawn by this build.');
  if (bitsStored < 1 || bitsStored > bitsAllocated || highBit >= bitsAllocated || highBit < bitsStored - 1) {
    throw wrong(`${bitsAllocated} bits allocated, ${bitsStored} stored, high bit ${highBit}`);
  }
  if (representation > 1 || planarConfiguration > 1)
    throw wrong('Pixel Representation or Planar Configuration is neither 0 nor 1');
  if (!(samples === 1 ? MONOCHROME : COLOUR).includes(photometric)) {
    throw [...MONOCHROME, ...COLOUR].includes(photometric) || photometric === ''
      ? wrong(`${photometric || 'no photometric interpretation'} with ${samples} samples a pixel`)
      : new Refused(
          'pixels-unsupported',
          `Photometric interpretation ${photometric} is not drawn by this build.`,
        );
  }
  if (samples === 3 && (bitsAllocated === 1 || float)) throw wrong(`${bitsAllocated}-bit colour`);
  if (samples === 3 && representation === 1) throw wrong('signed colour');
  return {
    rows,
    columns,
    frames,
    samples,
    bitsAllocated,
    bitsStored,
    highBit,
    signed: representation === 1,
    float,
    planar: samples === 3 && planarConfiguration === 1,
    photometric,
    lossyBefore: plainText(dataSet, 'x00282110') === '01',
  };
}

/** Two pixels of a row share their colour, where the pixels are not compressed. */
export function isSubsampled({ photometric }: Pick<PixelLayout, 'photometric'>): boolean {
  return photometric === 'YBR_FULL_422' || photometric === 'YBR_PARTIAL_422';
}

/** Bits of one frame of uncompressed pixels. 4:2:2 stores two colour samples for two pixels (PS3.3 C.7.6.3.1.2). */
export function nativeFrameBits(layout: PixelLayout): number {
  const pixels = layout.rows * layout.columns;
  if (isSubsampled(layout)) return pixels * 2 * layout.bitsAllocated;
  return pixels * layout.samples * layout.bitsAllocated;
}

/**
 * Checks that uncompressed pixel data are as long as the layout says, and no longer than a pad allows.
 * @throws Refused `inconsistent-pixels`
 */
export function checkNativeLength(object: ParsedObject, layout: PixelLayout): void {
  const element = object.pixelElement;
  if (!element || element.hadUndefinedLength || object.syntax.codec !== 'native') return;
  const frameBits = nativeFrameBits(layout);
  const expected = Math.ceil((frameBits * layout.frames) / 8);
  if (element.length < expected) {
    throw wrong(
      `${layout.frames} frames of ${layout.columns} by ${layout.rows} need ${expected} bytes, there are ${element.length}`,
    );
  }
  // A little padding is harmless; a whole frame more means that something else is meant.
  if (element.length - expected >= Math.max(2, Math.floor(frameBits / 8))) {
    throw wrong(
      `${element.length} bytes of pixels where ${expected} are described: more frames than are declared, or another size`,
    );
  }
}

/** The raw bytes of the Pixel Data element, for uncompressed pixels. */
export function nativePixelBytes(object: ParsedObject): Uint8Array {
  const tag = object.pixelElement?.tag;
  const bytes = tag === undefined ? null : elementBytes(object.dataSet, tag);
  if (!bytes) throw new Refused('pixel-data-missing', 'The object has no pixel data.');
  return bytes;
}
