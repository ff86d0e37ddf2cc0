/** Two perpendicular axes of a lesion on one image, in millimetres. */
export interface Axes {
  readonly long: number;
  readonly short: number;
}

/**
 * The longer and the shorter of two perpendicular extents.
 *
 * @param width Millimetres, not negative.
 * @param height Millimetres, not negative.
 * @throws RangeError where one is negative or no number.
 */
export function axesOf(width: number, height: number): Axes {
  requireSize(width);
  requireSize(height);
  return { long: Math.max(width, height), short: Math.min(width, height) };
}

/** Area of the ellipse with these axes, mm²: π/4 · long · short. */
export function ellipseArea({ long, short }: Axes): number {
  requireSize(long);
  requireSize(short);
  return (Math.PI / 4) * long * short;
}

/** Volume of a sphere of this diameter (mm), mm³: π/6 · d³. */
export function sphereVolume(diameter: number): number {
  requireSize(diameter);
  return (Math.PI / 6) * diameter ** 3;
}

/**
 * Volume of an ellipsoid from its three axes (whole lengths, mm), mm³: π/6 · a · b · c. With two axes known the third is taken to be
 * as long as the shorter one (prolate spheroid), which is an assumption and has to be said where the number is shown.
 */
export function ellipsoidVolume({ long, short }: Axes, third = short): number {
  requireSize(long);
  requireSize(short);
  requireSize(third);
  return (Math.PI / 6) * long * short * third;
}

function requireSize(value: number): void {
  if (!(value >= 0 && Number.isFinite(value)))
    throw new RangeError(`A size is a number of millimetres that is not negative, not ${value}.`);
}
