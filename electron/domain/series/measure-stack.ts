import type { StackGap, StackMeasures } from '../../shared/stack.ts';
import type { Located } from './places.ts';

/** A distance from here on times the expected one is a gap: halfway between one step and two. */
const GAP = 1.5;

/** Distances along the normal between neighbouring places, millimetres. */
export function distancesOf(places: readonly (readonly Located[])[]): number[] {
  const along = places.map((place) => place[0]?.along ?? 0);
  return along.slice(1).map((at, i) => at - (along[i] ?? 0));
}

/** Least and greatest; by `reduce`, since an object may have more frames than a call may have arguments. */
export function extremes(values: readonly number[]): { min: number; max: number } {
  return {
    min: values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
    max: values.reduce((greatest, value) => Math.max(greatest, value), Number.NEGATIVE_INFINITY),
  };
}

function sorted(values: readonly number[]): number[] {
  return values.toSorted((a, b) => a - b);
}

/** The median; of an even count the lower of the two in the middle, so that it is a distance that occurs. */
function median(values: readonly number[]): number {
  return sorted(values)[Math.floor((values.length - 1) / 2)] ?? 0;
}

/**
 * Straight line through the slices' places in the plane over their position along the normal, by least squares: how steeply they
 * run sideways (millimetres a millimetre), and how far the worst of them lies from the line.
 */
function line(located: readonly Located[]): { slope: readonly [number, number]; residual: number } {
  const n = located.length;
  const mean = (of: (one: Located) => number): number => located.reduce((sum, one) => sum + of(one), 0) / n;
  const [along, across0, across1] = [
    mean((o) => o.along),
    mean((o) => o.across[0]),
    mean((o) => o.across[1]),
  ];
  const spread = located.reduce((sum, one) => sum + (one.along - along) ** 2, 0);
  const slopeOf = (axis: 0 | 1, middle: number): number =>
    spread === 0
      ? 0
      : located.reduce((sum, one) => sum + (one.along - along) * (one.across[axis] - middle), 0) / spread;
  const slope = [slopeOf(0, across0), slopeOf(1, across1)] as const;
  const residual = located.reduce((worst, one) => {
    const off0 = one.across[0] - across0 - slope[0] * (one.along - along);
    const off1 = one.across[1] - across1 - slope[1] * (one.along - along);
    return Math.max(worst, Math.hypot(off0, off1));
  }, 0);
  return { slope, residual };
}

export interface Measured extends StackMeasures {
  /** How far slices run sideways from end to end along the straight line, millimetres. */
  readonly drift: number;
  /**
   * How far the worst slice lies, along the normal, from an even grid between the first and the last, millimetres; where slices are
   * missing, half of what the other distances differ by.
   */
  readonly unevenness: number;
}

/** Numbers of a stack. `tilt` is the angle between the normal and the direction in which the slices follow each other. */
export function measurePlaces(places: readonly (readonly Located[])[]): Measured {
  const located = places.flat();
  const distances = distancesOf(places);
  const { slope, residual } = line(located);
  const steepness = Math.hypot(...slope);
  const first = places[0]?.[0]?.along ?? 0;
  const length = (places.at(-1)?.[0]?.along ?? 0) - first;
  const step = length / Math.max(1, places.length - 1);
  const gaps = new Set(gapsOf(places).map((gap) => gap.distance));
  const others = distances.filter((distance) => !gaps.has(distance));
  const { min, max } = extremes(others);
  const offGrid = places.map((place, i) => Math.abs((place[0]?.along ?? 0) - first - i * step));
  return {
    places: places.length,
    distance:
      distances.length === 0
        ? null
        : { min: extremes(distances).min, median: median(distances), max: extremes(distances).max },
    tilt: places.length < 3 ? null : (Math.atan(steepness) * 180) / Math.PI,
    shift: residual,
    drift: steepness * length,
    unevenness: gaps.size === 0 ? Math.max(0, extremes(offGrid).max) : (max - min) / 2,
  };
}

/**
 * What each distance would be in a whole series: the lower quartile of the distances. Where the slice thickness changes along the stack
 * (thin through the skull base, thick above), the distance is expected to change with it: then the quartile is that of distance over
 * thickness.
 */
export function expectedDistances(places: readonly (readonly Located[])[]): number[] {
  const distances = distancesOf(places);
  const thickness = places.map((place) => place[0]?.slice.geometry.sliceThickness ?? null);
  const known = thickness.flatMap((one) => one ?? []);
  const { min, max } = extremes(known);
  const varies = known.length === places.length && max > 1.01 * min;
  const scale = distances.map((_, i) => (varies ? ((known[i] ?? 1) + (known[i + 1] ?? 1)) / 2 : 1));
  const ratios = sorted(distances.map((distance, i) => distance / (scale[i] ?? 1)));
  const base = ratios[Math.floor((ratios.length - 1) / 4)] ?? 0;
  return scale.map((one) => one * base);
}

/** Places where slices seem to be missing; `after` counts frames, duplicates included. */
export function gapsOf(places: readonly (readonly Located[])[]): StackGap[] {
  const expected = expectedDistances(places);
  let frames = 0;
  return distancesOf(places).flatMap((distance, i) => {
    frames += (places[i] ?? []).reduce((sum, { slice }) => sum + slice.count, 0);
    const usual = expected[i] ?? distance;
    if (distance < GAP * usual) return [];
    return [
      {
        after: frames - 1,
        missing: Math.max(1, Math.round(distance / usual) - 1),
        distance,
        expected: usual,
      },
    ];
  });
}

/** Frames at one position, as first frame and count. */
export function duplicatesOf(places: readonly (readonly Located[])[]): { first: number; count: number }[] {
  let frames = 0;
  return places.flatMap((place) => {
    const first = frames;
    const count = place.reduce((sum, { slice }) => sum + slice.count, 0);
    frames += count;
    return count > 1 ? [{ first, count }] : [];
  });
}
