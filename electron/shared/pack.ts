import * as z from 'zod';
import { codeSchema, regressionOutputSchema, tilesOutputSchema } from './pack-outputs.ts';
import { packVolumeSchema, segmentClassSchema } from './pack-volume.ts';

export { type Code, codeSchema } from './pack-outputs.ts';

/**
 * One step from stored values to the model's input, in this order and with these parameters; the record keeps them.
 *
 * - `modality-lut`: value × rescale slope + intercept.
 * - `grey`: RGB → 0.299 R + 0.587 G + 0.114 B; one sample stays as it is.
 * - `rgb`: the three samples of an 8-bit colour image as three planes, each value / 255; the first step, and only `resize` may follow.
 * - `monochrome2`: MONOCHROME1 is turned over: v → (max + min) − v over the image.
 * - `percentile-window`: lo = sorted[floor(low/100·(n−1))], hi = sorted[ceil(high/100·(n−1))];
 *   (clip(v, lo, hi) − lo) / max(hi − lo, 1e-6).
 * - `resize`: separable triangle filter with antialiasing (as Pillow's BILINEAR on floats); for output i:
 *   scale = in/out, support = max(scale, 1), centre = (i + 0.5)·scale, weight of input j =
 *   max(0, 1 − |(j + 0.5 − centre)/support|), normalised. Computed in float64, stored as float32. `squash` fills rows × columns and
 *   loses the aspect. `letterbox` keeps it, in millimetres where the file gives the pixel spacing: one side fills the input, the other
 *   becomes max(1, floor(length + 0.5)) pixels, the image lies in the middle (an odd pixel of border is at the bottom or right) with 0 around it.
 * - `tiles`: in place of `resize`, for a pack of tile maps: the image stays as it is and is cut into tiles of the input's size from the
 *   top left, edge to edge; what is left at the right and at the bottom and makes no whole tile is not read.
 */
export const preprocessStepSchema = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('modality-lut') }),
  z.strictObject({ op: z.literal('grey') }),
  z.strictObject({ op: z.literal('rgb') }),
  z.strictObject({ op: z.literal('monochrome2') }),
  z.strictObject({
    op: z.literal('percentile-window'),
    low: z.number().min(0).max(100),
    high: z.number().min(0).max(100),
  }),
  z.strictObject({
    op: z.literal('resize'),
    rows: z.int().positive(),
    columns: z.int().positive(),
    filter: z.literal('triangle-antialias'),
    aspect: z.enum(['squash', 'letterbox']),
  }),
  z.strictObject({ op: z.literal('tiles'), rows: z.int().positive(), columns: z.int().positive() }),
]);
export type PreprocessStep = z.infer<typeof preprocessStepSchema>;

/** Of a paired structure: beyond which measurements a warning of technical quality is given (usual values of the images that the pack was made with). */
export const maskQualitySchema = z.object({
  /** Of the smaller side to the larger. */
  leastRatio: z.number().min(0).max(1),
  /** Of the line between the sides against the rows, degrees. */
  tilt: z.tuple([z.number(), z.number()]),
  /** Share of the image's outermost pixels, %. */
  mostAtEdge: z.number().min(0).max(100),
});
export type MaskQuality = z.infer<typeof maskQualitySchema>;

export const packOutputSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('mask'),
    name: z.string(),
    id: z.string().regex(/^[a-z0-9-]+$/),
    label: z.string(),
    /** True for an anatomical structure: a mask and a measurement, never a finding. */
    structure: z.boolean(),
    threshold: z.number(),
    code: codeSchema.optional(),
    quality: maskQualitySchema.optional(),
  }),
  z.object({
    kind: z.literal('score'),
    name: z.string(),
    label: z.string(),
    activation: z.enum(['sigmoid', 'none']),
    displayWords: z.string(),
    code: codeSchema.optional(),
    /** False for a state that is nothing to look for ('In focus'): a score, never a finding. */
    finding: z.boolean().optional(),
  }),
  z.object({
    /** One number that the graph itself calibrates, in its unit: a measurement of the image. */
    kind: z.literal('measure'),
    name: z.string(),
    label: z.string(),
    unit: z.string(),
    /** The label of a score: where it reaches its balanced operating point there is nothing to measure, and no number is given. */
    unless: z.string().optional(),
  }),
  z.object({
    kind: z.literal('heatmap'),
    name: z.string(),
    id: z.string().regex(/^[a-z0-9-]+$/),
    /** The label of the score that it explains. */
    explains: z.string(),
    nativeRows: z.int().positive(),
    nativeColumns: z.int().positive(),
    /** Cells at or above this make a candidate's box. */
    boxThreshold: z.number(),
  }),
  /** A map [1, 5, rows, columns]: each cell's raw score and its box x0, y0, x1, y1 in edges of the input's pixels. */
  z.object({
    kind: z.literal('detection'),
    name: z.string(),
    id: z.string().regex(/^[a-z0-9-]+$/),
    /** The label of the image's score that these candidates belong to: they, not the score, are its findings. Its floor and operating points count for both. */
    label: z.string(),
    activation: z.enum(['sigmoid', 'none']),
    /** A candidate that overlaps a better one by more than this (intersection over union) is dropped. */
    overlap: z.number().min(0).max(1),
    /** At most so many candidates an image, the best. */
    most: z.int().positive(),
    /** Probability that a candidate marks what it says; without it no candidate has one, for the image's is not its own. */
    calibration: z.object({ method: z.literal('platt'), a: z.number(), b: z.number() }).optional(),
    code: codeSchema.optional(),
  }),
  regressionOutputSchema,
  tilesOutputSchema,
  /**
   * Structures voxel by voxel, [1, channels, …size of the input]: a channel a class, other channels (the background) are named nowhere. What is blended
   * and activated is brought back to the image's grid by linear interpolation and decided there: `argmax` gives a voxel to the channel with
   * the largest value (of equal ones the first), `threshold` to each class whose value reaches its threshold.
   */
  z.strictObject({
    kind: z.literal('segmentation'),
    name: z.string(),
    activation: z.enum(['softmax', 'sigmoid', 'none']),
    decide: z.enum(['argmax', 'threshold']),
    classes: z.array(segmentClassSchema).min(1),
  }),
]);
export type PackOutput = z.infer<typeof packOutputSchema>;

/** Platt, by label: probability = sigmoid(a · logit + b), fitted on held-out predictions. */
export const calibrationSchema = z.record(
  z.string(),
  z.object({ method: z.literal('platt'), a: z.number(), b: z.number() }),
);

/** `manifest.json` of a model pack. */
export const packManifestSchema = z.object({
  schema: z.literal('overread.pack/1'),
  id: z.string().regex(/^[a-z0-9-]+$/),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  name: z.string(),
  intendedUse: z.string(),
  weights: z.object({
    file: z.string().regex(/^[A-Za-z0-9._-]+$/),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    bytes: z.int().positive(),
    opset: z.int().positive(),
    parameters: z.int().positive(),
  }),
  domain: z.object({
    modalities: z.array(z.string()).min(1),
    /** Secondary Captures whose modality is stated count too. */
    secondaryCapture: z.boolean(),
    /** Empty: the model does not ask (a slide's tile has neither). */
    bodyParts: z.array(z.string()),
    /** `any`, or none named: the view is not asked for. */
    views: z.union([z.literal('any'), z.array(z.string())]),
    /** In completed years: 5 takes a child until the day before its sixth birthday. */
    minAgeYears: z.number().nullable(),
    maxAgeYears: z.number().nullable(),
    /** True where an image of an unknown age is not read at all. */
    ageRequired: z.boolean().optional(),
    photometric: z.array(z.string()).min(1),
    minRows: z.int().positive(),
    minColumns: z.int().positive(),
    /** Absent: any size from the least on. Where they equal the least, the model reads that size only: it must not be resized. */
    maxRows: z.int().positive().optional(),
    maxColumns: z.int().positive().optional(),
  }),
  input: z.object({
    name: z.string(),
    dtype: z.literal('float32'),
    /** [1, channels, rows, columns]; of a volume [1, 1, …] with three sizes, those of a window. */
    shape: z.array(z.int().positive()).min(4).max(5),
  }),
  /** Steps of an image; empty for a pack that reads volumes, whose steps are in `volume`. */
  preprocess: z.array(preprocessStepSchema),
  /** Present: the pack reads whole stacks of slices, not single images. */
  volume: packVolumeSchema.optional(),
  outputs: z.array(packOutputSchema).min(1),
  /**
   * Distances from what the model was made with, each an output of the graph of one value that is not among `outputs`. Above the limit the
   * model abstains for the image, and `reason` (a sentence without its full stop) says what it is unlike in.
   */
  outOfDomain: z
    .array(z.strictObject({ output: z.string(), limit: z.number().positive(), reason: z.string().min(1) }))
    .optional(),
  /** Candidates below are not listed at all. On the score (after activation). */
  floor: z.record(z.string(), z.number()),
  operatingPoints: z.record(z.string(), z.object({ balanced: z.number(), 'high-sensitivity': z.number() })),
  calibration: calibrationSchema.optional(),
  operatingFigures: z.record(z.string(), z.unknown()).optional(),
  limits: z.array(z.string()).min(1),
  golden: z.array(z.object({ input: z.string(), expected: z.string() })),
  data: z.array(z.string()).optional(),
});
export type PackManifest = z.infer<typeof packManifestSchema>;

/** Scores, and values of outputs, may differ from Python's onnxruntime by at most this. */
export const GOLDEN_TOLERANCE = 1e-3;

/** `golden/NAME.json`: what Python's onnxruntime gave for `golden/NAME.png`, or for `golden/NAME.nii.gz` of a pack that reads volumes. */
export const goldenSchema = z.object({
  scores: z.record(z.string(), z.number()),
  outputs: z.record(
    z.string(),
    z.union([
      z.array(z.number()),
      z.object({ mean: z.number(), samples: z.array(z.tuple([z.number(), z.number(), z.number()])) }),
    ]),
  ),
  /** Candidates down to the floor, best first: score, and box in pixels of the golden image. */
  findings: z
    .array(
      z.object({
        label: z.string(),
        score: z.number(),
        box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
      }),
    )
    .optional(),
  /** Of a volume: probabilities in the order [planes, channels, rows, columns] of the model's grid, and the voxels of each class on the image's own. */
  volume: z
    .object({
      length: z.int().positive(),
      mean: z.number(),
      /** Index in that order, and value. */
      samples: z.array(z.tuple([z.int().nonnegative(), z.number()])).min(1),
      voxels: z.record(z.string(), z.int().nonnegative()),
    })
    .optional(),
  onnxruntime: z.string().optional(),
});
export type Golden = z.infer<typeof goldenSchema>;
