import type { DataSet } from 'dicom-parser';
import type { ImageAttributes } from '../shared/pixels.ts';
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
import type { ParsedObject } from './parse-object.ts';
import type { PixelLayout } from './pixel-layout.ts';
import { PROJECTION_MODALITIES } from './sop-classes.ts';

/** Where an attribute may stand: the object itself, the first frame's functional group, the shared one (PS3.3 C.7.6.16). */
export function functionalGroup(dataSet: DataSet, sequence: string): DataSet | undefined {
  const [perFrame] = items(dataSet, 'x52009230');
  const [shared] = items(dataSet, 'x52009229');
  return items(perFrame, sequence)[0] ?? items(shared, sequence)[0];
}

function readRescale(
  dataSet: DataSet,
  modality: string,
): Pick<ImageAttributes, 'rescaleSlope' | 'rescaleIntercept' | 'rescaleType'> {
  const group = functionalGroup(dataSet, 'x00289145') ?? dataSet;
  const slope = decimal(group, 'x00281053');
  const intercept = decimal(group, 'x00281052');
  const type = plainText(group, 'x00281054');
  const doseScaling = decimal(dataSet, 'x3004000e');
  if (slope === null && intercept === null && doseScaling !== null && doseScaling > 0) {
    return {
      rescaleSlope: doseScaling,
      rescaleIntercept: 0,
      rescaleType: plainText(dataSet, 'x30040002') || null,
    };
  }
  const stated = slope !== null && intercept !== null && slope !== 0;
  // PS3.3 C.8.2.1.1.2: a CT's rescaled values are Hounsfield units unless Rescale Type says otherwise; a localiser's need not be.
  const localiser = plainValues(dataSet, 'x00080008').includes('LOCALIZER');
  const hounsfield = modality === 'CT' && stated && (type === 'HU' || (type === '' && !localiser));
  return {
    rescaleSlope: slope === null || slope === 0 ? 1 : slope,
    rescaleIntercept: intercept ?? 0,
    rescaleType: hounsfield ? 'HU' : stated && type !== '' ? type : null,
  };
}

function readWindow(dataSet: DataSet): ImageAttributes['window'] {
  const group = functionalGroup(dataSet, 'x00289132') ?? dataSet;
  const centres = decimals(group, 'x00281050') ?? [];
  const widths = decimals(group, 'x00281051') ?? [];
  return centres.flatMap((centre, i) => {
    const width = widths[i];
    return width !== undefined && width > 0 ? [{ centre, width }] : [];
  });
}

function spacingPair(values: number[] | null): [number, number] | null {
  const [row, column] = values ?? [];
  return values?.length === 2 && row !== undefined && column !== undefined && row > 0 && column > 0
    ? [row, column]
    : null;
}

const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.every((value, i) => Math.abs(value - (b[i] ?? 0)) <= 1e-6 * Math.abs(value));

/**
 * Pixel spacing and where it was measured. On a projection radiograph Pixel Spacing is the patient's only if it was
 * calibrated: stated by Pixel Spacing Calibration Type, or different from Imager Pixel Spacing (PS3.3 §10.7.1.3).
 */
function readSpacing(
  dataSet: DataSet,
  modality: string,
): Pick<ImageAttributes, 'pixelSpacing' | 'spacingSource'> {
  const measures = functionalGroup(dataSet, 'x00289110');
  const spacing = spacingPair(decimals(measures ?? dataSet, 'x00280030') ?? decimals(dataSet, 'x00280030'));
  const imager = spacingPair(decimals(dataSet, 'x00181164'));
  const scanned = spacingPair(decimals(dataSet, 'x00182010'));
  if (spacing) {
    const calibrated = plainText(dataSet, 'x00280a02') !== '' || (imager !== null && !same(spacing, imager));
    const projection = PROJECTION_MODALITIES.has(modality) || imager !== null;
    return { pixelSpacing: spacing, spacingSource: projection && !calibrated ? 'detector' : 'patient' };
  }
  const detector = imager ?? scanned;
  return { pixelSpacing: detector, spacingSource: detector ? 'detector' : null };
}

/** Three or six numbers, or null; direction cosines must be of unit length and at right angles. */
function readPlane(dataSet: DataSet): Pick<ImageAttributes, 'position' | 'orientation'> {
  const positions = functionalGroup(dataSet, 'x00209113') ?? dataSet;
  const orientations = functionalGroup(dataSet, 'x00209116') ?? dataSet;
  const position = decimals(positions, 'x00200032');
  const orientation = decimals(orientations, 'x00200037');
  return {
    position: position?.length === 3 ? (position as [number, number, number]) : null,
    orientation:
      orientation && isDirection(orientation)
        ? (orientation as NonNullable<ImageAttributes['orientation']>)
        : null,
  };
}

function isDirection(values: readonly number[]): boolean {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = values;
  return (
    values.length === 6 &&
    Math.abs(Math.hypot(a, b, c) - 1) < 0.01 &&
    Math.abs(Math.hypot(d, e, f) - 1) < 0.01 &&
    Math.abs(a * d + b * e + c * f) < 0.01
  );
}

function readPatientOrientation(dataSet: DataSet): [string, string] | null {
  const [row, column] = plainValues(dataSet, 'x00200020');
  return row && column && /^[LRAPHF]{1,3}$/.test(row) && /^[LRAPHF]{1,3}$/.test(column)
    ? [row, column]
    : null;
}

function readPadding(dataSet: DataSet, layout: PixelLayout): number | null {
  if (layout.float || (elementBytes(dataSet, 'x00280120')?.length ?? 0) < 2) return null;
  return layout.signed ? signed16(dataSet, 'x00280120') : unsigned16(dataSet, 'x00280120');
}

/** What the viewer needs to show and measure one instance. */
export function readImageAttributes(
  object: ParsedObject,
  layout: PixelLayout,
  modality: string,
): ImageAttributes {
  const { dataSet } = object;
  const burned = plainText(dataSet, 'x00280301');
  return {
    rows: layout.rows,
    columns: layout.columns,
    frames: layout.frames,
    samples: layout.samples,
    bitsAllocated: layout.bitsAllocated,
    bitsStored: layout.bitsStored,
    signed: layout.signed || layout.float,
    photometric: layout.photometric,
    transferSyntaxUID: object.syntax.uid,
    ...readRescale(dataSet, modality),
    window: readWindow(dataSet),
    ...readSpacing(dataSet, modality),
    ...readPlane(dataSet),
    patientOrientation: readPatientOrientation(dataSet),
    pixelPadding: readPadding(dataSet, layout),
    burnedInAnnotation: burned === 'YES' ? true : burned === 'NO' ? false : null,
  };
}
