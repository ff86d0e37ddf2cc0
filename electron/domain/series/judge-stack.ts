import type { StackDetail, StackReason, VolumeVerdict } from '../../shared/stack.ts';
import { isLocaliser } from './divide-by-plane.ts';
import { duplicatesOf, extremes, gapsOf, type Measured, measurePlaces } from './measure-stack.ts';
import type { Located } from './places.ts';
import type { Slice } from './slice.ts';
import {
  duplicateReason,
  gapReason,
  notDrawnReason,
  REASONS,
  shiftReason,
  tiltReason,
  unevenReason,
} from './verdict-words.ts';

/**
 * How far a slice may lie from where a regular grid puts it, millimetres: then no length that is measured on a reformatted image is wrong by more
 * than twice that. A tenth of a millimetre is a quarter of the smallest pixel of a body scanner; where slices or pixels are finer (cone
 * beam), a twentieth of the distance and a quarter of the pixel.
 */
export function tolerances(distance: number, pixel: number): { along: number; across: number } {
  return { along: Math.min(0.1, distance / 20), across: Math.min(0.1, pixel / 4) };
}

type Judged = Pick<StackDetail, 'gaps' | 'duplicates' | 'measures' | 'verdict'>;

const never = (reason: StackReason, ...more: readonly StackReason[]): VolumeVerdict => ({
  kind: 'not-a-volume',
  reasons: [reason, ...more],
});

/** Slices that no common coordinates hold: without a position, or each with an orientation of its own. */
export function judgeUnplaced(slices: readonly Slice[], placed: boolean): Judged {
  const notDrawn = slices.find((slice) => slice.notDrawn !== null)?.notDrawn ?? null;
  const reasons: StackReason[] = [];
  if (notDrawn !== null) reasons.push(notDrawnReason(notDrawn));
  if (slices.some(isLocaliser)) reasons.push(REASONS.localiser);
  if (placed) reasons.push(REASONS.ownOrientations);
  else if (notDrawn === null) reasons.push(whyNoPosition(slices));
  const [first = REASONS.noPosition, ...more] = reasons;
  return { gaps: [], duplicates: [], measures: null, verdict: never(first, ...more) };
}

function whyNoPosition(slices: readonly Slice[]): StackReason {
  const several = slices.filter(({ ofSeveral }) => ofSeveral);
  if (several.some(({ oldHeader }) => oldHeader)) return REASONS.oldHeader;
  return several.length > 0 ? REASONS.noFramePosition : REASONS.noPosition;
}

/** Parallel slices, by place: their numbers, and whether they make a volume. */
export function judgePlaced(places: readonly (readonly Located[])[]): Judged {
  const slices = places.flat().map(({ slice }) => slice);
  const measured = measurePlaces(places);
  const duplicates = duplicatesOf(places);
  const { places: count, distance, tilt, shift } = measured;
  const measures = { places: count, distance, tilt, shift };
  const localiser = slices.some(isLocaliser);
  // Whoever plans on a localiser does not count its slices.
  const gaps = localiser ? [] : gapsOf(places);
  const notDrawn = slices.find((slice) => slice.notDrawn !== null)?.notDrawn ?? null;
  const wrong: StackReason[] = [];
  if (notDrawn !== null) wrong.push(notDrawnReason(notDrawn));
  if (localiser) wrong.push(REASONS.localiser);
  if (gaps.length > 0) wrong.push(gapReason(gaps));
  if (count === 1) wrong.push(duplicates.length > 0 ? REASONS.onePlane : REASONS.oneImage);
  else if (duplicates.length > 0) wrong.push(duplicateReason(duplicates));
  if (count === 2) wrong.push(REASONS.twoPlaces);
  if (slices.some(({ patientSpacing, geometry }) => !patientSpacing || geometry.pixelSpacing === undefined))
    wrong.push(REASONS.noSpacing);
  const offGrid = count < 3 || localiser ? [] : offGridReasons(measured, slices);
  const [first, ...more] = wrong;
  const verdict: VolumeVerdict =
    first !== undefined
      ? never(first, ...more, ...offGrid)
      : offGrid.length > 0
        ? { kind: 'resampled', reasons: offGrid }
        : { kind: 'regular' };
  return { gaps, duplicates, measures, verdict };
}

function offGridReasons(measured: Measured, slices: readonly Slice[]): StackReason[] {
  const { distance, tilt, shift, drift, unevenness } = measured;
  const pixel = extremes(slices.flatMap(({ geometry }) => geometry.pixelSpacing ?? [])).min;
  const tolerance = tolerances(distance?.median ?? 0, pixel);
  const reasons: StackReason[] = [];
  if (tilt !== null && drift > tolerance.across)
    reasons.push(tiltReason(tilt, drift, slices[0]?.geometry.gantryTilt));
  if (shift > tolerance.across) reasons.push(shiftReason(shift));
  if (distance !== null && unevenness > tolerance.along) reasons.push(unevenReason(distance));
  return reasons;
}
