import type { StackDetail, StackRun } from '../../shared/stack.ts';
import { areParallel, divideByPlane } from './divide-by-plane.ts';
import { divideByRepeat } from './divide-by-repeat.ts';
import type { Group } from './group.ts';
import { judgePlaced, judgeUnplaced } from './judge-stack.ts';
import { placesOf } from './places.ts';
import { byNumber, isPlaced, type SeriesInstance, type Slice, slicesOf } from './slice.ts';

/** Frames of one place: by their time where it is stated, else by number. */
function byTime(a: Slice, b: Slice): number {
  const temporal = (a.geometry.temporalPosition ?? 0) - (b.geometry.temporalPosition ?? 0);
  const trigger = (a.geometry.triggerTime ?? 0) - (b.geometry.triggerTime ?? 0);
  return temporal || trigger || byNumber(a, b);
}

/**
 * The stacks of a series: which of its frames belong together, in which order, and whether they make a volume
 * (docs/decisions/0010-series-geometry.md). Every frame of the series is in one stack, and in one alone. Parallel slices are in the order
 * of their position along the normal (row × column, LPS millimetres, growing), all others in that of their instance numbers.
 *
 * The result depends on what the files say, not on the order in which the instances are given.
 */
export function stacksOf(instances: readonly SeriesInstance[]): StackDetail[] {
  const slices = instances.flatMap(slicesOf).toSorted(byNumber);
  const { placed, others } = divideByPlane(slices);
  const groups: Group[] = placed.flatMap((group) =>
    areParallel(group.slices.filter(isPlaced)) ? divideByRepeat([group]) : [group],
  );
  return [...groups, ...others].map(stackOf);
}

function stackOf({ slices, labels }: Group): StackDetail {
  const placed = slices.filter(isPlaced);
  const parallel = placed.length === slices.length && areParallel(placed);
  const places = parallel ? placesOf(placed.toSorted(byTime)) : [];
  const ordered: readonly Slice[] = parallel ? places.flat().map(({ slice }) => slice) : slices;
  const along = places
    .flat()
    .flatMap(({ along: at, slice }) => Array.from({ length: slice.count }, () => at));
  return {
    label: labels.join(' · '),
    frames: ordered.reduce((sum, { count }) => sum + count, 0),
    runs: ordered.map(runOf),
    ...locationsOf(ordered, along),
    ...(parallel ? judgePlaced(places) : judgeUnplaced(slices, placed.length === slices.length)),
  };
}

/** Slice Location where every frame has one, since it is what the scanner and other reports name; else the position along the normal. */
function locationsOf(
  slices: readonly Slice[],
  along: readonly number[],
): Pick<StackDetail, 'locations' | 'locationSource'> {
  const stated = slices.flatMap(({ geometry }) => geometry.sliceLocation ?? []);
  if (stated.length === slices.length && slices.every(({ count }) => count === 1))
    return { locations: stated, locationSource: 'file' };
  if (along.length === 0) return { locations: null, locationSource: null };
  return { locations: [...along], locationSource: 'normal' };
}

function runOf({ sopInstanceUID, first, count, ofSeveral, geometry }: Slice): StackRun {
  const { position, orientation, pixelSpacing } = geometry;
  const plane: StackRun['plane'] = {
    position: position === undefined ? null : [...position],
    orientation: orientation === undefined ? null : [...orientation],
    pixelSpacing: pixelSpacing === undefined ? null : [...pixelSpacing],
  };
  return { sopInstanceUID, first, count, plane: ofSeveral ? plane : null };
}
