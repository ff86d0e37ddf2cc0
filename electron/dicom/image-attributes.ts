import type { DataSet } from 'dicom-parser';
import type { ImageAttributes } from '../shared/pixels.ts';
import { decimals, items, plainText, plainValues } from './data-set.ts';
import { readFrameValues } from './frame-values.ts';
import { functionalGroup } from './functional-groups.ts';
import { readIccProfile } from './icc-profile.ts';
import type { ParsedObject } from './parse-object.ts';
import type { PixelLayout } from './pixel-layout.ts';
import { PROJECTION_MODALITIES } from './sop-classes.ts';

function spacingPair(values: number[] | null): [number, number] | null {
  const [row, column] = values ?? [];
  return values?.length === 2 && row !== undefined && column !== undefined && row > 0 && column > 0
    ? [row, column]
    : null;
}

const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.every((value, i) => Math.abs(value - (b[i] ?? 0)) <= 1e-6 * Math.abs(value));

/** True where frames of a multi-frame object state different pixel spacings: none of them is the object's. */
function spacingDiffers(dataSet: DataSet): boolean {
  const stated = items(dataSet, 'x52009230').flatMap((frame) =>
    items(frame, 'x00289110').map((measures) => decimals(measures, 'x00280030')?.join() ?? ''),
  );
  return new Set(stated).size > 1;
}

/**
 * Pixel spacing and where it was measured. On a projection radiograph Pixel Spacing is the patient's only if it was
 * calibrated: stated by Pixel Spacing Calibration Type, or different from Imager Pixel Spacing (PS3.3 §10.7.1.3).
 */
function readSpacing(
  dataSet: DataSet,
  modality: string,
): Pick<ImageAttributes, 'pixelSpacing' | 'spacingSource'> {
  if (spacingDiffers(dataSet)) return { pixelSpacing: null, spacingSource: null };
  const measures = functionalGroup(dataSet, 0, 'x00289110');
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
  const positions = functionalGroup(dataSet, 0, 'x00209113') ?? dataSet;
  const orientations = functionalGroup(dataSet, 0, 'x00209116') ?? dataSet;
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

/**
 * What is known of one instance's image; where frames differ, the first frame's.
 * @throws Refused `bad-modality-lut`
 */
export function readImageAttributes(
  object: ParsedObject,
  layout: PixelLayout,
  modality: string,
): ImageAttributes {
  const { dataSet } = object;
  const burned = plainText(dataSet, 'x00280301');
  const values = readFrameValues(object, layout, 0, modality);
  const iccProfile = readIccProfile(dataSet);
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
    rescaleSlope: values.rescaleSlope,
    rescaleIntercept: values.rescaleIntercept,
    rescaleType: values.rescaleType,
    window: [...values.window],
    ...readSpacing(dataSet, modality),
    ...readPlane(dataSet),
    patientOrientation: readPatientOrientation(dataSet),
    pixelPadding: values.pixelPadding,
    ...(iccProfile ? { iccProfile } : {}),
    burnedInAnnotation: burned === 'YES' ? true : burned === 'NO' ? false : null,
  };
}
