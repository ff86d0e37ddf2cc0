/** What counts as the same, in the order of a series and in its stacks alike: the two cannot contradict each other. */

/**
 * Slices are parallel where no component of their direction cosines differs by more: 0.023 degrees, which moves a point 250 mm from
 * the origin of the image by 0.1 mm, the tolerance of a regular volume.
 */
export const SAME_DIRECTION = 4e-4;

/**
 * Frames at the same position differ by the rounding of decimal strings and 32-bit floats alone: a hundredth of a millimetre, far below
 * any slice distance. (3D Slicer's tolerance of slice spacing and OHIF's of a series without extent are the same number.)
 */
export const SAME_PLACE = 0.01;
