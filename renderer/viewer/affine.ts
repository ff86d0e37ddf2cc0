/** x' = a·x + c·y + e, y' = b·x + d·y + f, in the order of an SVG matrix: a, b, c, d, e, f. */
export type Affine = readonly [number, number, number, number, number, number];
export type Point = readonly [number, number];

/** The affine map that takes (0, 0), (1, 0) and (0, 1) to the three points. */
export function affineFrom(origin: Point, alongX: Point, alongY: Point): Affine {
  return [
    alongX[0] - origin[0],
    alongX[1] - origin[1],
    alongY[0] - origin[0],
    alongY[1] - origin[1],
    origin[0],
    origin[1],
  ];
}

export function apply([a, b, c, d, e, f]: Affine, [x, y]: Point): [number, number] {
  return [a * x + c * y + e, b * x + d * y + f];
}

/** The inverse; the map must not be flat. */
export function invert([a, b, c, d, e, f]: Affine): Affine {
  const det = a * d - b * c;
  return [d / det, -b / det, -c / det, a / det, (c * f - d * e) / det, (b * e - a * f) / det];
}
