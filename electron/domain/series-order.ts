import type { InstanceHeader } from '../shared/ports.ts';
import { axesOf } from './series/places.ts';
import { SAME_DIRECTION, SAME_PLACE } from './series/same.ts';

export type Orderable = Pick<InstanceHeader, 'sopInstanceUID' | 'instanceNumber'> & {
  readonly image: Pick<NonNullable<InstanceHeader['image']>, 'position' | 'orientation'> | null;
};

function byNumber(a: Orderable, b: Orderable): number {
  const first = a.instanceNumber ?? Number.POSITIVE_INFINITY;
  const second = b.instanceNumber ?? Number.POSITIVE_INFINITY;
  if (first !== second) return first < second ? -1 : 1;
  return a.sopInstanceUID < b.sopInstanceUID ? -1 : a.sopInstanceUID > b.sopInstanceUID ? 1 : 0;
}

/**
 * Position along the common normal, or null where the instances do not share one. The first by number is compared with, as in the
 * stacks, so that the order in which the instances are given does not count.
 */
function positionsAlongNormal(instances: readonly Orderable[]): Map<Orderable, number> | null {
  const reference = instances.toSorted(byNumber)[0]?.image?.orientation;
  if (!reference) return null;
  const { normal } = axesOf(reference);
  const along = new Map<Orderable, number>();
  for (const instance of instances) {
    const image = instance.image;
    if (!image?.orientation || !image.position) return null;
    if (image.orientation.some((cosine, i) => Math.abs(cosine - (reference[i] ?? 0)) > SAME_DIRECTION))
      return null;
    const [x, y, z] = image.position;
    along.set(instance, x * normal[0] + y * normal[1] + z * normal[2]);
  }
  return along;
}

/** The place of each instance along the normal, counted from the lowest; what lies within rounding of a place's lowest is at that place. */
function placesAlong(along: ReadonlyMap<Orderable, number>): Map<Orderable, number> {
  const places = new Map<Orderable, number>();
  let place = -1;
  let start = Number.NEGATIVE_INFINITY;
  for (const [instance, at] of [...along].toSorted((a, b) => a[1] - b[1])) {
    if (at - start > SAME_PLACE) {
      place += 1;
      start = at;
    }
    places.set(instance, place);
  }
  return places;
}

/**
 * Display order within a series: by position along the slice normal (PS3.3 C.7.6.2.1.1, LPS millimetres, growing) where every instance
 * has the same orientation and a position; else by Instance Number, else by SOP Instance UID. Several instances at one
 * position (phases, echoes) keep the order of their numbers. A new array; the input is left as it is.
 *
 * This is the order of a series as a whole; what is looked at are its stacks (`series/series-stacks.ts`).
 */
export function orderSeries<T extends Orderable>(instances: readonly T[]): T[] {
  const along = positionsAlongNormal(instances);
  const places = along === null ? null : placesAlong(along);
  return instances.toSorted((a, b) => {
    const difference = places === null ? 0 : (places.get(a) ?? 0) - (places.get(b) ?? 0);
    return difference === 0 ? byNumber(a, b) : difference;
  });
}
