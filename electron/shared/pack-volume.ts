import * as z from 'zod';
import { codeSchema } from './pack-outputs.ts';

const triple = z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]);
const pair = z.tuple([z.number(), z.number()]);

/**
 * Where the index of each of the three dimensions of the input grows to, in the letters of Patient Orientation (PS3.3 C.7.6.1.1.1): `HPL`
 * is slices from feet to head, rows from front to back, columns from right to left. MONAI's `RAS` is `RAH` here.
 */
export const volumeAxesSchema = z
  .string()
  .regex(/^[LRPAHF]{3}$/)
  .refine((axes) => /[LR]/.test(axes) && /[PA]/.test(axes) && /[HF]/.test(axes), {
    message: 'must name a direction of each of L/R, P/A and H/F',
  });

/**
 * One step from the stored values of a stack to what windows are cut from, in this order; the record keeps them. Arithmetic in float64, the
 * result in float32.
 *
 * - `modality-lut`: value × rescale slope + intercept of each frame (Hounsfield units of a CT).
 * - `orient`: the stack's axes are permuted and turned over so that they run as nearly as possible along `axes`. Nothing is rotated: an
 *   oblique stack stays oblique.
 * - `spacing`: linear interpolation along each axis. Output j lies at input j·(mm / spacing of the image); the first centres coincide, the output has
 *   floor((n − 1)·spacing/mm + 0.5) + 1 samples, and beyond the last centre the last value holds. Not smoothed before. Spacings that differ
 *   by less than 1e-5 of each other are the same. Absent: the image's own spacing.
 * - `scale-range`: (v − from[0]) / (from[1] − from[0]) · (to[1] − to[0]) + to[0], then clipped to `to` where `clip`.
 * - `standardise`: (v − mean) / max(standard deviation, 1e-8) over the whole resampled volume; `nonZeroOnly` takes both over the values that
 *   are not 0, and leaves 0 as it is.
 */
export const volumeStepSchema = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('modality-lut') }),
  z.strictObject({ op: z.literal('orient'), axes: volumeAxesSchema }),
  z.strictObject({ op: z.literal('spacing'), mm: triple }),
  z.strictObject({ op: z.literal('scale-range'), from: pair, to: pair, clip: z.boolean() }),
  z.strictObject({ op: z.literal('standardise'), nonZeroOnly: z.boolean() }),
]);
export type VolumeStep = z.infer<typeof volumeStepSchema>;

/** What a pack that reads whole stacks says beside what every pack says; its `preprocess` is empty. */
export const packVolumeSchema = z.strictObject({
  steps: z.array(volumeStepSchema).min(1),
  /**
   * Windows of the input's size are laid over the volume every max(1, floor(size·(1 − overlap))) samples, the last one at its end. What the network
   * gives is added up with weights exp(−½((i − (size − 1)/2) / (sigma·size))²) along each axis and divided by their sum, then the activation
   * is applied. A volume smaller than the window lies in its middle (an odd sample of border is at the end), `pad` around it.
   */
  window: z.strictObject({
    overlap: z.number().min(0).max(0.9),
    sigma: z.number().min(0.01).max(1),
    pad: z.number(),
  }),
  limits: z.strictObject({
    /** Slices that a stack must have at least. */
    minSlices: z.int().min(3),
    /** Largest distance between slices, millimetres. */
    maxDistance: z.number().positive(),
    /** By how many degrees the stack may be turned against the axes of the patient. */
    maxOblique: z.number().min(0).max(45),
  }),
});
export type PackVolume = z.infer<typeof packVolumeSchema>;

/** One structure that a network marks voxel by voxel. */
export const segmentClassSchema = z.strictObject({
  channel: z.int().nonnegative(),
  id: z.string().regex(/^[a-z0-9-]+$/),
  label: z.string().min(1),
  /** An anatomical structure: a mask and a measurement. Masks of findings are not read by this build. */
  structure: z.literal(true),
  /** Where `decide` is `threshold`: a voxel at or above belongs to it. */
  threshold: z.number().optional(),
  code: codeSchema.optional(),
});
export type SegmentClass = z.infer<typeof segmentClassSchema>;
