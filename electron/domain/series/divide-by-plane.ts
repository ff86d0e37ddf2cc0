import { axesOf } from './places.ts';
import { alike, byKey, divide, type Group, type Part } from './group.ts';
import { SAME_DIRECTION } from './same.ts';
import { isPlaced, type PlacedSlice, type Slice } from './slice.ts';

/** Pixel spacings are the same up to the rounding of a decimal string. */
const SAME_SPACING = 1e-4;

/**
 * Divides the slices of a series by what no volume can mix: images and localisers, what has a position and what has none, frames of
 * reference, matrices, orientations, and the stacks that the device itself declares. What has no position stays together.
 *
 * @param slices In the order of `byNumber`.
 */
export function divideByPlane(slices: readonly Slice[]): { placed: Group[]; others: Group[] } {
  const drawn = [...byKey(slices, ({ notDrawn }) => notDrawn ?? '')].toSorted(
    ([a], [b]) => Number(a !== '') - Number(b !== ''),
  );
  const groups = drawn.map(([notDrawn, some]) => ({
    slices: some,
    labels: notDrawn !== '' && drawn.length > 1 ? [kindsOf(some)] : [],
  }));
  const byRole = groups.flatMap(({ slices: some, labels }) => roles(some, labels));
  const withPlace = divide(byRole, (some) => {
    const parts = [
      { slices: some.filter(isPlaced), label: '' },
      { slices: some.filter((slice) => !isPlaced(slice)), label: 'no position stated' },
    ];
    return parts.filter((part) => part.slices.length > 0);
  });
  const placed = withPlace.filter(({ slices: some }) => some.every(isPlaced));
  const others = withPlace.filter(({ slices: some }) => !some.every(isPlaced));
  const levels = [byFrameOfReference, byMatrix, byOrientation, byStackId];
  return { placed: levels.reduce<Group[]>(divide, placed), others };
}

function kindsOf(slices: readonly Slice[]): string {
  return [...new Set(slices.map(({ kind }) => kind))].toSorted().join(', ').toLowerCase();
}

/** Image Type value 3 (or Frame Type): LOCALIZER (PS3.3 C.8.2.1.1.1, C.8.3.1.1.1, C.8.16.1.3). */
export function isLocaliser({ geometry }: Slice): boolean {
  return geometry.imageType?.includes('LOCALIZER') ?? false;
}

/** A localiser is called one even where the series holds nothing else. */
function roles(slices: readonly Slice[], labels: readonly string[]): Group[] {
  const parts = [
    { slices: slices.filter((slice) => !isLocaliser(slice)), labels },
    { slices: slices.filter(isLocaliser), labels: [...labels, 'localiser'] },
  ];
  return parts.filter((part) => part.slices.length > 0);
}

function numbered(parts: readonly (readonly Slice[])[], word: string): Part[] {
  return parts.map((slices, i) => ({ slices, label: `${word} ${i + 1} of ${parts.length}` }));
}

function byFrameOfReference(slices: readonly Slice[]): Part[] {
  return numbered([...byKey(slices, (slice) => slice.frameOfReferenceUID).values()], 'frame of reference');
}

function byMatrix(slices: readonly Slice[]): Part[] {
  const matrices = [...byKey(slices, ({ matrix }) => matrix)];
  return matrices.flatMap(([matrix, some]) => {
    const spacings = alike(some, (slice) => slice.geometry.pixelSpacing ?? [], SAME_SPACING);
    return spacings.map((part) => {
      const spacing = part[0]?.geometry.pixelSpacing?.[1]?.toFixed(3);
      // At the detector, or nobody knows where: no pixel of the patient has that size.
      const of = part[0]?.patientSpacing === true ? ' of' : ', stated spacing';
      const words = spacings.length > 1 && spacing !== undefined ? `${of} ${spacing} mm` : '';
      return { slices: part, label: `${matrix} pixels${words}` };
    });
  });
}

/** Whether all slices have one orientation. */
export function areParallel(slices: readonly PlacedSlice[]): boolean {
  return alike(slices, ({ geometry }) => geometry.orientation ?? [], SAME_DIRECTION).length < 2;
}

/**
 * Parallel slices belong together. Slices that are alone in their orientation (a radial series, a three-plane survey) would be a crowd of
 * stacks of one image: they are one stack, which is no volume.
 */
function byOrientation(slices: readonly Slice[]): Part[] {
  const groups = alike(slices, ({ geometry }) => geometry.orientation ?? [], SAME_DIRECTION);
  const several = groups.filter((group) => group.length > 1);
  const single = groups.filter((group) => group.length === 1).flat();
  const parts = single.length === 0 ? several : [...several, single];
  return parts.map((part, i) => {
    const plane = single.length > 1 && part === single ? 'several planes' : planeWords(part);
    return { slices: part, label: `orientation ${i + 1} of ${parts.length} (${plane})` };
  });
}

/** Nearest plane of the body; 'oblique' where the normal is more than 45° away from every axis. */
function planeWords([slice]: readonly Slice[]): string {
  if (slice === undefined || !isPlaced(slice)) return 'unknown plane';
  const [x, y, z] = axesOf(slice.geometry.orientation).normal.map(Math.abs) as [number, number, number];
  const most = Math.max(x, y, z);
  if (most < Math.SQRT1_2) return 'oblique';
  return most === z ? 'axial' : most === y ? 'coronal' : 'sagittal';
}

function byStackId(slices: readonly Slice[]): Part[] {
  const stacks = [...byKey(slices, ({ geometry }) => geometry.stackId ?? '')];
  const inOrder = stacks.toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
  return inOrder.map(([id, some]) => ({
    slices: some,
    label: id === '' ? 'no stack stated' : `stack ${id}`,
  }));
}
