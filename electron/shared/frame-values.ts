import { missingCaseError } from './errors.ts';

/** A Modality or VOI LUT (PS3.3 C.11.1, C.11.2): what input values from `first` on become. */
export interface LookupTable {
  /** The input value that the first entry is for. Below it the first entry counts, beyond the last entry the last. */
  readonly first: number;
  /** Bits of an output value: 0 … 2^bits − 1. */
  readonly bits: number;
  readonly entries: ArrayLike<number>;
}

/** How a window becomes greys (PS3.3 C.11.2.1.3). */
export type VoiFunction = 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID';

/** Window centre and width in modality units, as DICOM writes them. */
export interface ValueWindow {
  readonly centre: number;
  readonly width: number;
}

/** Stored value × slope + intercept = a quantity with a unit, for stored values first … last (PS3.3 C.7.6.16.2.11). */
export interface RealWorldMap {
  readonly first: number;
  readonly last: number;
  readonly slope: number;
  readonly intercept: number;
  /** A UCUM code such as 'Hz' or 'mm2/s'. */
  readonly unit: string;
  /** What is mapped, as the file calls it; may be empty. */
  readonly label: string;
}

/**
 * What the stored values of one frame mean and how it opens on the screen. Of this very frame: in a multi-frame object each may
 * have its own (PS3.3 C.7.6.16.2.9–11). Read from the file together with the pixels, so that no frame is shown or measured
 * with another's.
 */
export interface FrameValues {
  /** Modality value = stored value × slope + intercept; 1 and 0 where a Modality LUT takes their place. */
  readonly rescaleSlope: number;
  readonly rescaleIntercept: number;
  /** 'HU' where the modality values are Hounsfield units, else what the file calls them, else null. */
  readonly rescaleType: string | null;
  readonly modalityLut: LookupTable | null;
  readonly window: readonly ValueWindow[];
  readonly voiFunction: VoiFunction;
  /** The file's own curve of greys; the frame opens with it where there is one. Input: modality values. */
  readonly voiLut: LookupTable | null;
  /** Stored value that is no measurement, and the other end of its range (PS3.3 C.7.5.1.1.2); null: just the one. */
  readonly pixelPadding: number | null;
  readonly pixelPaddingLimit: number | null;
  readonly realWorld: RealWorldMap | null;
  /** What of the file's wishes is not fulfilled on the screen, in words that stand beside the image. */
  readonly notes: readonly string[];
}

export function lookUp({ first, entries }: LookupTable, value: number): number {
  const index = Math.round(value) - first;
  return entries[Math.max(0, Math.min(entries.length - 1, index))] ?? 0;
}

type Modality = Pick<FrameValues, 'rescaleSlope' | 'rescaleIntercept' | 'modalityLut'>;

/** Stored value → modality value (PS3.3 C.11.1). */
export function modalityTransform({
  rescaleSlope,
  rescaleIntercept,
  modalityLut,
}: Modality): (stored: number) => number {
  return modalityLut === null
    ? (stored) => stored * rescaleSlope + rescaleIntercept
    : (stored) => lookUp(modalityLut, stored);
}

/** True for a stored value that the file calls padding. */
export function paddingTest({
  pixelPadding,
  pixelPaddingLimit,
}: Pick<FrameValues, 'pixelPadding' | 'pixelPaddingLimit'>): (stored: number) => boolean {
  if (pixelPadding === null) return () => false;
  const low = Math.min(pixelPadding, pixelPaddingLimit ?? pixelPadding);
  const high = Math.max(pixelPadding, pixelPaddingLimit ?? pixelPadding);
  return (stored) => stored >= low && stored <= high;
}

/** Least and greatest modality value of a frame, padding left out; zero and zero where nothing is left. */
export function modalityRange(
  data: ArrayLike<number>,
  values: Modality & Pick<FrameValues, 'pixelPadding' | 'pixelPaddingLimit'>,
): { min: number; max: number } {
  const padding = paddingTest(values);
  const checked = values.pixelPadding !== null;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  // The extremes of a straight line lie at its ends; a table may go up and down.
  const each = values.modalityLut === null ? null : modalityTransform(values);
  for (let i = 0; i < data.length; i++) {
    const stored = data[i] as number;
    if (checked && padding(stored)) continue;
    const value = each === null ? stored : each(stored);
    // Floating point pixels may hold NaN or infinity where nothing was measured.
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (!Number.isFinite(min) || !Number.isFinite(max)) return { min: 0, max: 0 };
  return each !== null ? { min, max } : rescaledRange(min, max, values);
}

/** Least and greatest modality value between two stored values, where the transform is a straight line. */
export function rescaledRange(
  minimum: number,
  maximum: number,
  values: Modality,
): { min: number; max: number } {
  const toModality = modalityTransform(values);
  const ends = [toModality(minimum), toModality(maximum)] as const;
  return { min: Math.min(...ends), max: Math.max(...ends) };
}

/** What makes greys of modality values: a window under one of DICOM's functions, or the file's own curve. */
export type Voi = StraightVoi | CurvedVoi;
export type StraightVoi = ValueWindow & { readonly kind: 'LINEAR' | 'LINEAR_EXACT' };
export type CurvedVoi =
  | (ValueWindow & { readonly kind: 'SIGMOID' })
  | { readonly kind: 'TABLE'; readonly table: LookupTable };

/** True where no straight window draws it. */
export function isCurve(voi: Voi): voi is CurvedVoi {
  return voi.kind === 'SIGMOID' || voi.kind === 'TABLE';
}

/**
 * How a frame opens: the file's VOI LUT, else its first window, else the whole range of its values. The standard leaves the
 * choice between a LUT and a window to the viewer (PS3.3 C.11.2.1.1); a LUT is the maker's finer statement.
 *
 * @param range Least and greatest modality value, padding left out.
 */
export function openingVoi(
  values: Pick<FrameValues, 'window' | 'voiFunction' | 'voiLut'>,
  range: { readonly min: number; readonly max: number },
): Voi {
  if (values.voiLut !== null) return { kind: 'TABLE', table: values.voiLut };
  const [first] = values.window;
  if (first !== undefined) return { kind: values.voiFunction, centre: first.centre, width: first.width };
  // The whole range is drawn straight: a curve that the file states is stated for its windows.
  return values.voiFunction === 'LINEAR_EXACT'
    ? windowOfExtent(range.min, range.max, 'LINEAR_EXACT')
    : windowOfExtent(range.min, range.max, 'LINEAR');
}

/** The window that draws `min` black and `max` white. */
export function windowOfExtent(min: number, max: number, kind: StraightVoi['kind']): StraightVoi {
  if (kind === 'LINEAR_EXACT')
    return { kind, centre: (min + max) / 2, width: Math.max(max - min, Number.MIN_VALUE) };
  // PS3.3 C.11.2.1.2.1: with width = max − min + 1 and this centre, min becomes black and max white.
  const width = Math.max(1, max - min + 1);
  return { kind, centre: min + width / 2, width };
}

/** The modality values that a straight window draws black and white (PS3.3 C.11.2.1.2.1, C.11.2.1.3.2). A LINEAR width of 1 is a step. */
export function windowEnds({ centre, width }: ValueWindow, kind: StraightVoi['kind']): [number, number] {
  const half = kind === 'LINEAR_EXACT' ? width / 2 : (Math.max(width, 1) - 1) / 2;
  const middle = kind === 'LINEAR_EXACT' ? centre : centre - 0.5;
  return [middle - half, middle + half];
}

/** Modality value → share of white, 0 to 1, before MONOCHROME1 turns it over. */
export function voiTransform(voi: Voi): (value: number) => number {
  switch (voi.kind) {
    case 'TABLE': {
      const most = 2 ** voi.table.bits - 1;
      return (value) => Math.min(1, lookUp(voi.table, value) / most);
    }
    case 'SIGMOID':
      // PS3.3 C.11.2.1.3.1
      return (value) => 1 / (1 + Math.exp((-4 * (value - voi.centre)) / voi.width));
    case 'LINEAR':
    case 'LINEAR_EXACT': {
      const [low, high] = windowEnds(voi, voi.kind);
      return (value) => (value <= low ? 0 : value > high ? 1 : (value - low) / (high - low));
    }
    default:
      throw missingCaseError(voi);
  }
}

/** The window that stands for a VOI in numbers: of a curve, the values that it covers. */
export function windowOfVoi(voi: Voi): ValueWindow {
  if (voi.kind !== 'TABLE') return { centre: voi.centre, width: voi.width };
  const { first, entries } = voi.table;
  return { centre: first + entries.length / 2, width: entries.length };
}

/** Unit of modality values: as the file names it; 'stored value' or, after a transform of unknown meaning, 'rescaled value'. */
export function modalityUnit(values: Modality & Pick<FrameValues, 'rescaleType'>): string {
  const { rescaleType, modalityLut, rescaleSlope, rescaleIntercept } = values;
  // PS3.3 C.11.1.1.2: US is 'unspecified'.
  if (rescaleType !== null && rescaleType !== '' && rescaleType !== 'US') return rescaleType;
  const same = modalityLut === null && rescaleSlope === 1 && rescaleIntercept === 0;
  return same ? 'stored value' : 'rescaled value';
}

/**
 * How stored values are read out, and their unit: Hounsfield units or another unit that the modality transform names; else the
 * real world value, if its map covers all of `stored`; else the modality value, whose unit the file does not tell.
 */
export function measuredValue(
  values: Modality & Pick<FrameValues, 'rescaleType' | 'realWorld'>,
  stored: readonly number[],
): { readonly unit: string; readonly of: (stored: number) => number } {
  const { realWorld } = values;
  const named = modalityUnit(values);
  const covered = (value: number): boolean =>
    realWorld !== null && value >= realWorld.first && value <= realWorld.last;
  if (realWorld !== null && named.endsWith(' value') && stored.every(covered)) {
    const { slope, intercept, unit } = realWorld;
    return { unit, of: (value) => value * slope + intercept };
  }
  return { unit: named, of: modalityTransform(values) };
}
