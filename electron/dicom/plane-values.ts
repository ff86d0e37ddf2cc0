/** Values of the image plane (PS3.3 C.7.6.2) as they are taken everywhere: of the object, of shared groups and of each frame. */

/** Two perpendicular unit vectors within the rounding of real writers, or null. */
export function directionCosines(
  values: readonly number[] | null,
): [number, number, number, number, number, number] | null {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = values ?? [];
  const fits =
    values?.length === 6 &&
    Math.abs(Math.hypot(a, b, c) - 1) < 0.01 &&
    Math.abs(Math.hypot(d, e, f) - 1) < 0.01 &&
    Math.abs(a * d + b * e + c * f) < 0.01;
  return fits ? [a, b, c, d, e, f] : null;
}

/** Millimetres between rows and between columns: two numbers above zero, or null. */
export function spacingPair(values: readonly number[] | null): [number, number] | null {
  const [row = 0, column = 0] = values ?? [];
  return values?.length === 2 && row > 0 && column > 0 ? [row, column] : null;
}
