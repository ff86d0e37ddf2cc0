import type { DataSet } from 'dicom-parser';
import { Refused } from '../shared/errors.ts';
import type { FrameValues, LookupTable, RealWorldMap, VoiFunction } from '../shared/frame-values.ts';
import {
  decimal,
  decimals,
  elementBytes,
  items,
  plainText,
  plainValues,
  signed16,
  unsigned16,
} from './data-set.ts';
import { functionalGroup, functionalGroupItems } from './functional-groups.ts';
import { readIccProfile } from './icc-profile.ts';
import { readLookupTable } from './lookup-table.ts';
import type { ParsedObject } from './parse-object.ts';
import type { PixelLayout } from './pixel-layout.ts';

type Modality = Pick<FrameValues, 'rescaleSlope' | 'rescaleIntercept' | 'rescaleType' | 'modalityLut'>;
type Voi = Pick<FrameValues, 'window' | 'voiFunction' | 'voiLut' | 'notes'>;

/** Pixel Value Transformation (PS3.3 C.7.6.16.2.9), Modality LUT module (C.11.1), or the dose grid's scaling (C.8.8.3). */
function readModality(dataSet: DataSet, layout: PixelLayout, frame: number, modality: string): Modality {
  const group = functionalGroup(dataSet, frame, 'x00289145') ?? dataSet;
  const slope = decimal(group, 'x00281053');
  const intercept = decimal(group, 'x00281052');
  const type = plainText(group, 'x00281054');
  const [lutItem] = items(dataSet, 'x00283000');
  if (lutItem && slope === null && intercept === null) {
    const table = readLookupTable(lutItem, layout.signed);
    if ('damage' in table) {
      throw new Refused(
        'bad-modality-lut',
        `The table that gives the pixels their meaning (Modality LUT Sequence) cannot be used: ${table.damage}. The image is not shown, since its values might be wrong.`,
      );
    }
    const lutType = plainText(lutItem, 'x00283004');
    return {
      rescaleSlope: 1,
      rescaleIntercept: 0,
      rescaleType: lutType === '' ? null : lutType,
      modalityLut: table,
    };
  }
  const doseScaling = decimal(dataSet, 'x3004000e');
  if (slope === null && intercept === null && doseScaling !== null && doseScaling > 0) {
    return {
      rescaleSlope: doseScaling,
      rescaleIntercept: 0,
      rescaleType: plainText(dataSet, 'x30040002') || null,
      modalityLut: null,
    };
  }
  // A slope of 0 would make every pixel alike: neither it nor the intercept means anything (`displayNotes` says so).
  const stated = slope !== null && intercept !== null && slope !== 0;
  // PS3.3 C.8.2.1.1.2: a CT's rescaled values are Hounsfield units unless Rescale Type says otherwise; a localiser's need not be.
  const localiser = plainValues(dataSet, 'x00080008').includes('LOCALIZER');
  const hounsfield = modality === 'CT' && stated && (type === 'HU' || (type === '' && !localiser));
  return {
    rescaleSlope: slope === null || slope === 0 ? 1 : slope,
    rescaleIntercept: slope === 0 ? 0 : (intercept ?? 0),
    rescaleType: hounsfield ? 'HU' : stated && type !== '' ? type : null,
    modalityLut: null,
  };
}

function readFunction(group: DataSet, layout: PixelLayout, windows: number): [VoiFunction, string | null] {
  const name = plainText(group, 'x00281056');
  switch (name) {
    case 'LINEAR':
    case 'LINEAR_EXACT':
    case 'SIGMOID':
      return [name, null];
    case '':
      // Half a step of an integer, which LINEAR allows for, means nothing for floating point values.
      return [windows === 0 && layout.float ? 'LINEAR_EXACT' : 'LINEAR', null];
    default:
      return ['LINEAR', `window drawn straight: the file's function ${name} is not known`];
  }
}

/** Frame VOI LUT (PS3.3 C.7.6.16.2.10) or the VOI LUT module (C.11.2). A curve that cannot be read is left out, with words. */
function readVoi(dataSet: DataSet, layout: PixelLayout, frame: number, modality: Modality): Voi {
  const group = functionalGroup(dataSet, frame, 'x00289132') ?? dataSet;
  const centres = decimals(group, 'x00281050') ?? [];
  const widths = decimals(group, 'x00281051') ?? [];
  const window = centres.flatMap((centre, i) => {
    const width = widths[i];
    return width !== undefined && width > 0 ? [{ centre, width }] : [];
  });
  const [stated, unknown] = readFunction(group, layout, window.length);
  const notes = unknown === null ? [] : [unknown];
  // PS3.3 C.11.2.1.2.1: LINEAR is defined from a width of 1 on; a narrower one can only be meant exactly.
  const voiFunction = stated === 'LINEAR' && window.some(({ width }) => width < 1) ? 'LINEAR_EXACT' : stated;
  let voiLut: LookupTable | null = null;
  const [lutItem] = items(dataSet, 'x00283010');
  if (lutItem && layout.samples === 1) {
    const negative = layout.signed || modality.rescaleIntercept < 0 || modality.rescaleSlope < 0;
    const table = readLookupTable(lutItem, negative && modality.modalityLut === null);
    if ('damage' in table) notes.push(`VOI LUT of the file not applied: ${table.damage}`);
    else voiLut = table;
  }
  return { window, voiFunction, voiLut, notes };
}

function fullRange(layout: PixelLayout): [number, number] {
  if (layout.float) return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const { bitsStored, signed } = layout;
  return signed ? [-(2 ** (bitsStored - 1)), 2 ** (bitsStored - 1) - 1] : [0, 2 ** bitsStored - 1];
}

const double = (dataSet: DataSet, tag: string): number | null => {
  const value = (elementBytes(dataSet, tag)?.length ?? 0) >= 8 ? dataSet.double(tag) : undefined;
  return value !== undefined && Number.isFinite(value) ? value : null;
};

/** First and last stored value of a Real World Value Mapping item: as doubles, else in 16 bits of the pixels' own sign, else all. */
function mappedRange(item: DataSet, layout: PixelLayout): [number, number] {
  const word = (tag: string): number | null => {
    const vr = item.elements[tag]?.vr;
    return vr === 'SS' || (vr !== 'US' && layout.signed) ? signed16(item, tag) : unsigned16(item, tag);
  };
  const first = double(item, 'x00409214') ?? word('x00409216');
  const last = double(item, 'x00409213') ?? word('x00409211');
  return first === null || last === null ? fullRange(layout) : [Math.min(first, last), Math.max(first, last)];
}

/**
 * UCUM's '1', and annotations such as {ratio}, which stand for it (UCUM §6): they name no unit. Beside a unit an annotation stays,
 * since it may say what was measured: '{SUVbw}g/ml' (PS3.16 CID 85).
 */
const isDimensionless = (unit: string): boolean => /^[1./]*$/.test(unit.replace(/\{[^}]*\}/g, ''));

/**
 * Real World Value Mapping (PS3.3 C.7.6.16.2.11) of a frame where there is exactly one straight map with a unit. Several (different
 * quantities or ranges), a table, or none: null, and what is measured has the modality value's unit.
 */
function readRealWorld(dataSet: DataSet, layout: PixelLayout, frame: number): RealWorldMap | null {
  const groups = functionalGroupItems(dataSet, frame, 'x00409096');
  const maps = groups.length > 0 ? groups : items(dataSet, 'x00409096');
  const [map] = maps;
  if (!map || maps.length > 1) return null;
  const slope = double(map, 'x00409225');
  const intercept = double(map, 'x00409224');
  const [units] = items(map, 'x004008ea');
  const unit = units ? plainText(units, 'x00080100') : '';
  if (slope === null || intercept === null || slope === 0 || isDimensionless(unit)) return null;
  const [first, last] = mappedRange(map, layout);
  return {
    first,
    last,
    slope,
    intercept,
    unit,
    label: plainText(map, 'x00409210'),
  };
}

function readPadding(
  dataSet: DataSet,
  layout: PixelLayout,
): Pick<FrameValues, 'pixelPadding' | 'pixelPaddingLimit'> {
  const read = (tag: string): number | null => {
    const bytes = elementBytes(dataSet, tag);
    if (layout.float || !bytes || bytes.length < 2) return null;
    const value = layout.signed ? signed16(dataSet, tag) : unsigned16(dataSet, tag);
    const [low, high] = fullRange(layout);
    if (value === null || (value >= low && value <= high)) return value;
    // Stated in 16 bits where fewer are stored: the stored bits are what a pixel can equal.
    return layout.signed
      ? (value << (32 - layout.bitsStored)) >> (32 - layout.bitsStored)
      : value & (2 ** layout.bitsStored - 1);
  };
  const pixelPadding = read('x00280120');
  return { pixelPadding, pixelPaddingLimit: pixelPadding === null ? null : read('x00280121') };
}

/** Overlay planes (PS3.3 C.9.2) stand in the groups 6000, 6002 … 601E; their rows name one. */
const OVERLAY_ROWS = Array.from({ length: 16 }, (_, i) => `x60${(2 * i).toString(16).padStart(2, '0')}0010`);
const hasOverlay = (dataSet: DataSet): boolean => OVERLAY_ROWS.some((tag) => dataSet.elements[tag]);

/** What the screen does not do although the file asks for it. */
function displayNotes(object: ParsedObject, layout: PixelLayout, frame: number): string[] {
  const { dataSet } = object;
  const notes: string[] = [];
  if (hasOverlay(dataSet)) notes.push('overlay of the file (graphics or text) not shown');
  const [vertical = 1, horizontal = 1] = decimals(dataSet, 'x00280034') ?? [];
  const spaced = dataSet.elements['x00280030'] ?? dataSet.elements['x00181164'];
  if (vertical !== horizontal && !spaced)
    notes.push(
      `pixels are not square (${vertical}:${horizontal}) and shown as if they were: shapes are wrong`,
    );
  // PS3.3 C.11.6: INVERSE belongs to MONOCHROME1 and IDENTITY to MONOCHROME2; anything else contradicts itself.
  const shape = plainText(dataSet, 'x20500020');
  const wanted = layout.photometric === 'MONOCHROME1' ? 'INVERSE' : 'IDENTITY';
  if (
    layout.photometric.startsWith('MONOCHROME') &&
    ['INVERSE', 'IDENTITY'].includes(shape) &&
    shape !== wanted
  )
    notes.push(
      `${shape} contradicts ${layout.photometric}, by which it is shown: black and white may be exchanged`,
    );
  if (decimal(functionalGroup(dataSet, frame, 'x00289145') ?? dataSet, 'x00281053') === 0)
    notes.push('rescale slope of 0 not applied: stored values are shown');
  const profile = readIccProfile(dataSet);
  if (profile && !profile.srgb && (layout.samples === 3 || layout.photometric === 'PALETTE COLOR')) {
    notes.push(`ICC profile not applied${profile.description === '' ? '' : `: ${profile.description}`}`);
  }
  if (layout.samples === 1 && layout.photometric !== 'PALETTE COLOR' && dataSet.elements['x00281101'])
    notes.push('colour map of the file not applied: shown in grey');
  return notes;
}

/**
 * What the stored values of one frame (0-based) mean and how it opens.
 * @param modality Modality (0008,0060)
 * @throws Refused `bad-modality-lut`
 */
export function readFrameValues(
  object: ParsedObject,
  layout: PixelLayout,
  frame: number,
  modality = plainText(object.dataSet, 'x00080060'),
): FrameValues {
  const { dataSet } = object;
  const transform = readModality(dataSet, layout, frame, modality);
  const voi = readVoi(dataSet, layout, frame, transform);
  return {
    ...transform,
    ...voi,
    ...readPadding(dataSet, layout),
    realWorld: readRealWorld(dataSet, layout, frame),
    notes: [...voi.notes, ...displayNotes(object, layout, frame)],
  };
}
