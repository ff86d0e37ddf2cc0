import type { DataSet } from 'dicom-parser';
import type { FrameGeometry, InstanceGeometry } from '../shared/series-geometry.ts';
import { doubles, floats, tagValue, unsigned32s } from './binary-values.ts';
import { decimal, decimals, integer, items, plainText, plainValues, unsigned16 } from './data-set.ts';
import { doseGridPositions } from './dose-grid.ts';
import { privateBValue } from './private-b-value.ts';
import { directionCosines, spacingPair } from './plane-values.ts';

type Stated<T> = { readonly [K in keyof T]: T[K] | null | undefined };

/** Leaves out what is not stated, so that what a frame says can be laid over what holds for all. */
function stated(values: Stated<Required<FrameGeometry>>): FrameGeometry {
  const given: Record<string, unknown> = {};
  for (const key in values) {
    const value = values[key as keyof FrameGeometry];
    if (value !== null && value !== undefined) given[key] = value;
  }
  return given as FrameGeometry;
}

const triple = (values: readonly number[] | null): [number, number, number] | null =>
  values?.length === 3 ? (values as [number, number, number]) : null;

/** A thickness in millimetres; a micrometre and ten metres are beyond any device. */
const thickness = (value: number | null): number | null =>
  value !== null && value >= 1e-3 && value <= 1e4 ? value : null;

/** Dimensions of a multi-frame object that are kept. */
const MAX_DIMENSIONS = 16;

function imageType(values: readonly string[], component: string): string[] | null {
  const all = [...values, component].filter((value) => value !== '');
  return all.length === 0 ? null : all;
}

/** Attributes that stand in the data set itself, as ordinary CT, MR and PET images have them (PS3.3 C.7.6, C.8). */
function readObject(dataSet: DataSet, singleFrame: boolean): FrameGeometry {
  return stated({
    // One position for several frames does not say where each of them lies.
    position: singleFrame ? triple(decimals(dataSet, 'x00200032')) : null,
    orientation: directionCosines(decimals(dataSet, 'x00200037')),
    pixelSpacing: spacingPair(decimals(dataSet, 'x00280030')),
    sliceThickness: thickness(decimal(dataSet, 'x00180050')),
    sliceLocation: singleFrame ? decimal(dataSet, 'x00201041') : null,
    imageType: imageType(plainValues(dataSet, 'x00080008'), plainText(dataSet, 'x00089208')),
    kernel: plainValues(dataSet, 'x00181210').join('/').slice(0, 64) || null,
    acquisitionNumber: integer(dataSet, 'x00200012'),
    temporalPosition: integer(dataSet, 'x00200100'),
    triggerTime: decimal(dataSet, 'x00181060'),
    frameReferenceTime: decimal(dataSet, 'x00541300'),
    cardiacPhase: floats(dataSet, 'x00209241')[0],
    echoNumber: integer(dataSet, 'x00180086'),
    echoTime: decimal(dataSet, 'x00180081'),
    bValue: doubles(dataSet, 'x00189087')[0] ?? privateBValue(dataSet),
    gradientDirection: triple(doubles(dataSet, 'x00189089')),
    gantryTilt: decimal(dataSet, 'x00181120'),
    stackId: null,
    dimensionIndices: null,
  });
}

/** One item of the shared or the per-frame functional groups (PS3.3 C.7.6.16.2, C.8.13, C.8.15). */
function readGroups(groups: DataSet): FrameGeometry {
  const group = (sequence: string): DataSet | undefined => items(groups, sequence)[0];
  const from = <T>(sequence: string, read: (item: DataSet) => T): T | null => {
    const item = group(sequence);
    return item === undefined ? null : read(item);
  };
  const frameType = group('x00189226') ?? group('x00189329') ?? group('x00189751');
  const content = group('x00209111');
  const diffusion = group('x00189117');
  const indices = content === undefined ? [] : unsigned32s(content, 'x00209157').slice(0, MAX_DIMENSIONS);
  return stated({
    position: from('x00209113', (item) => triple(decimals(item, 'x00200032'))),
    orientation: from('x00209116', (item) => directionCosines(decimals(item, 'x00200037'))),
    pixelSpacing: from('x00289110', (item) => spacingPair(decimals(item, 'x00280030'))),
    sliceThickness: from('x00289110', (item) => thickness(decimal(item, 'x00180050'))),
    sliceLocation: null,
    imageType:
      frameType === undefined
        ? null
        : imageType(plainValues(frameType, 'x00089007'), plainText(frameType, 'x00089208')),
    // CT Reconstruction Sequence (0018,9314).
    kernel: from('x00189314', (item) => plainValues(item, 'x00181210').join('/').slice(0, 64) || null),
    acquisitionNumber: content === undefined ? null : unsigned16(content, 'x00209156'),
    temporalPosition: content === undefined ? null : unsigned32s(content, 'x00209128')[0],
    triggerTime: from('x00189118', (item) => doubles(item, 'x00209153')[0]),
    frameReferenceTime: null,
    cardiacPhase: from('x00189118', (item) => floats(item, 'x00209241')[0]),
    echoNumber: null,
    echoTime: from('x00189114', (item) => doubles(item, 'x00189082')[0]),
    bValue: diffusion === undefined ? null : doubles(diffusion, 'x00189087')[0],
    gradientDirection:
      diffusion === undefined
        ? null
        : (items(diffusion, 'x00189076')
            .map((item) => triple(doubles(item, 'x00189089')))
            .find((direction) => direction !== null) ?? null),
    gantryTilt: from('x00189304', (item) => decimal(item, 'x00181120')),
    stackId: content === undefined ? null : plainText(content, 'x00209056') || null,
    dimensionIndices: indices.length === 0 ? null : indices,
  });
}

/** Moves what all frames say alike out of them, since an object may have thousands of frames. */
function hoisted(frames: readonly FrameGeometry[]): { alike: FrameGeometry; frames: FrameGeometry[] } {
  const [first = {}] = frames;
  const keys = (Object.keys(first) as (keyof FrameGeometry)[]).filter((key) => {
    const value = JSON.stringify(first[key]);
    return frames.every((frame) => JSON.stringify(frame[key]) === value);
  });
  const pick = (frame: FrameGeometry, alike: boolean): FrameGeometry =>
    Object.fromEntries(
      Object.entries(frame).filter(([key]) => keys.includes(key as keyof FrameGeometry) === alike),
    );
  return { alike: pick(first, true), frames: frames.map((frame) => pick(frame, false)) };
}

/**
 * What an object says of the geometry and the place in time of its frames: of the object itself, of the shared functional groups and
 * of those of each frame, in growing precedence (PS3.3 C.7.6.16). Reads the header alone.
 *
 * @param frames Number of frames by the pixel layout.
 */
export function readInstanceGeometry(dataSet: DataSet, frames: number): InstanceGeometry {
  const perFrame = items(dataSet, 'x52009230').slice(0, frames).map(readGroups);
  const [shared] = items(dataSet, 'x52009229');
  const own = readObject(dataSet, frames === 1);
  const common = { ...own, ...(shared === undefined ? {} : readGroups(shared)) };
  const object = {
    frameOfReferenceUID: plainText(dataSet, 'x00200052') || null,
    dimensions: items(dataSet, 'x00209222')
      .slice(0, MAX_DIMENSIONS)
      .map((item) => tagValue(item, 'x00209165') ?? ''),
  };
  if (perFrame.length === 0) {
    const dose = doseGridPositions(dataSet, own.orientation ?? null, frames);
    return { ...object, common, frames: dose?.map((position) => ({ position })) ?? null };
  }
  // Groups for fewer frames than there are hold for those frames alone.
  if (perFrame.length < frames) return { ...object, common, frames: perFrame };
  const told = hoisted(perFrame);
  return { ...object, common: { ...common, ...told.alike }, frames: told.frames };
}
