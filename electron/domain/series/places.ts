import { SAME_PLACE } from './same.ts';
import type { PlacedSlice } from './slice.ts';

/** A slice and where it lies in the coordinates of its stack, millimetres. */
export interface Located<S extends PlacedSlice = PlacedSlice> {
  readonly slice: S;
  /** Along the normal. */
  readonly along: number;
  /** In the plane: along a row, along a column. */
  readonly across: readonly [number, number];
}

type Vector = readonly [number, number, number];

const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

function unit(v: Vector): Vector {
  const length = Math.hypot(...v);
  return [v[0] / length, v[1] / length, v[2] / length];
}

/** Row, column and normal (row × column, PS3.3 C.7.6.2.1.1) of an orientation as unit vectors. */
export function axesOf(orientation: PlacedSlice['geometry']['orientation']): {
  row: Vector;
  column: Vector;
  normal: Vector;
} {
  const [a, b, c, d, e, f] = orientation;
  const row = unit([a, b, c]);
  const normal = unit([b * f - c * e, c * d - a * f, a * e - b * d]);
  // Perpendicular to both, so that rounding of the cosines does not count twice.
  const column: Vector = [
    normal[1] * row[2] - normal[2] * row[1],
    normal[2] * row[0] - normal[0] * row[2],
    normal[0] * row[1] - normal[1] * row[0],
  ];
  return { row, column, normal };
}

/**
 * Slices of one orientation, grouped by position along the normal, from the lowest up; each group in the order that it came in. The
 * axes are those of the first slice.
 */
export function placesOf<S extends PlacedSlice>(slices: readonly S[]): Located<S>[][] {
  const [reference] = slices;
  if (reference === undefined) return [];
  const { row, column, normal } = axesOf(reference.geometry.orientation);
  const located = slices.map((slice): Located<S> => {
    const { position } = slice.geometry;
    return { slice, along: dot(position, normal), across: [dot(position, row), dot(position, column)] };
  });
  const places: Located<S>[][] = [];
  let start = Number.NEGATIVE_INFINITY;
  for (const one of located.toSorted((a, b) => a.along - b.along)) {
    if (one.along - start > SAME_PLACE) {
      places.push([]);
      start = one.along;
    }
    places.at(-1)?.push(one);
  }
  if (places.length === located.length) return places;
  const rank = new Map(located.map((one, i) => [one, i]));
  return places.map((place) => place.toSorted((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0)));
}

/** The most slices that share one position. */
export function most(places: readonly (readonly unknown[])[]): number {
  return places.reduce((max, place) => Math.max(max, place.length), 0);
}
