import type { DataSet } from 'dicom-parser';
import type { ImageAttributes } from '../shared/pixels.ts';
import { decimals, plainText, plainValues } from './data-set.ts';
import { readFrameValues } from './frame-values.ts';
import { functionalGroup } from './functional-groups.ts';
import { readIccProfile } from './icc-profile.ts';
import type { ParsedObject } from './parse-object.ts';
import type { PixelLayout } from './pixel-layout.ts';
import { directionCosines, spacingPair } from './plane-values.ts';
import { PROJECTION_MODALITIES } from './sop-classes.ts';

const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.every((value, i) => Math.abs(value - (b[i] ?? 0)) <= 1e-6 * Math.abs(value));

/** Pixel Spacing (0028,0030) of each frame that has functional groups of its own, and of the frames that have none. */
function spacingsOfFrames(dataSet: DataSet, frames: number): ([number, number] | null)[] {
  const groups = dataSet.elements['x52009230']?.items?.length ?? 0;
  return Array.from({ length: Math.min(frames, groups + 1) }, (_, frame) => {
    const measures = functionalGroup(dataSet, frame, 'x00289110');
    return spacingPair(decimals(measures ?? dataSet, 'x00280030') ?? decimals(dataSet, 'x00280030'));
  });
}

/**
 * Pixel spacing and where it was measured. On a projection radiograph Pixel Spacing is the patient's only if it was
 * calibrated: stated by Pixel Spacing Calibration Type, or different from Imager Pixel Spacing (PS3.3 §10.7.1.3).
 *
 * Where frames state different spacings, or some state none, no spacing is the object's, but the source holds for those of its frames
 * (`FrameGeometry.pixelSpacing`): the patient's only if each of them is.
 */
function readSpacing(
  dataSet: DataSet,
  frames: number,
  modality: string,
): Pick<ImageAttributes, 'pixelSpacing' | 'spacingSource'> {
  const spacings = spacingsOfFrames(dataSet, frames);
  const imager = spacingPair(decimals(dataSet, 'x00181164'));
  const scanned = spacingPair(decimals(dataSet, 'x00182010'));
  const stated = spacings.filter((spacing) => spacing !== null);
  const [first] = stated;
  if (first !== undefined) {
    const measured = imager !== null && stated.every((spacing) => !same(spacing, imager));
    const calibrated = plainText(dataSet, 'x00280a02') !== '' || measured;
    const projection = PROJECTION_MODALITIES.has(modality) || imager !== null;
    const common = spacings.every((spacing) => spacing?.[0] === first[0] && spacing[1] === first[1]);
    return {
      pixelSpacing: common ? first : null,
      spacingSource: projection && !calibrated ? 'detector' : 'patient',
    };
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
    orientation: directionCosines(orientation),
  };
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
    ...readSpacing(dataSet, layout.frames, modality),
    ...readPlane(dataSet),
    patientOrientation: readPatientOrientation(dataSet),
    pixelPadding: values.pixelPadding,
    ...(iccProfile ? { iccProfile } : {}),
    burnedInAnnotation: burned === 'YES' ? true : burned === 'NO' ? false : null,
  };
}
