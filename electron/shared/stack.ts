import * as z from 'zod';
import type { ImageAttributes } from './pixels.ts';

/** What keeps a stack from being a regular volume. */
export const stackReasonCodeSchema = z.enum([
  // Can be made regular by resampling: every slice is where it says, but not on a straight, even grid.
  'tilt',
  'shifted',
  'uneven',
  // No volume.
  'missing-slices',
  'duplicates',
  'too-few',
  'one-plane',
  'own-orientations',
  'no-position',
  'no-spacing',
  'localiser',
  'not-drawn',
]);
export type StackReasonCode = z.infer<typeof stackReasonCodeSchema>;

export const stackReasonSchema = z.object({
  code: stackReasonCodeSchema,
  /** A few words beside a sign: 'tilted 18.5°'. */
  sign: z.string(),
  /** A whole sentence or two, with the measured numbers. */
  words: z.string(),
});
export type StackReason = z.infer<typeof stackReasonSchema>;

/**
 * Whether the frames of a stack make a volume. Multiplanar views and 3D models must ask: `regular` as it is, `resampled` only after
 * each slice was put where its own position says (never by slice index times a distance), `not-a-volume` never.
 */
export const volumeVerdictSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('regular') }),
  z.object({ kind: z.literal('resampled'), reasons: z.array(stackReasonSchema).min(1) }),
  z.object({ kind: z.literal('not-a-volume'), reasons: z.array(stackReasonSchema).min(1) }),
]);
export type VolumeVerdict = z.infer<typeof volumeVerdictSchema>;

const triple = z.tuple([z.number(), z.number(), z.number()]);

/** Frames `first` to `first + count - 1` of one object, one after the other. */
export const stackRunSchema = z.object({
  sopInstanceUID: z.string().max(64),
  first: z.int().nonnegative(),
  count: z.int().positive(),
  /**
   * Where these frames of a multi-frame object lie, as far as it says, since the object's own attributes are those of its first frame. Null
   * for an object of one frame.
   */
  plane: z
    .object({
      position: triple.nullable(),
      orientation: z
        .tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()])
        .nullable(),
      pixelSpacing: z.tuple([z.number().positive(), z.number().positive()]).nullable(),
    })
    .nullable(),
});
export type StackRun = z.infer<typeof stackRunSchema>;

/** A place in a stack where slices seem to be missing: between frame `after` (0-based) and the next. */
export const stackGapSchema = z.object({
  after: z.int().nonnegative(),
  missing: z.int().positive(),
  /** Millimetres along the normal: what lies between the two, and what was to be expected. */
  distance: z.number(),
  expected: z.number(),
});
export type StackGap = z.infer<typeof stackGapSchema>;

/** Numbers of a stack whose slices are parallel and have positions; millimetres and degrees. */
export const stackMeasuresSchema = z.object({
  /** Different positions along the normal. */
  places: z.int().positive(),
  /** Between neighbouring places along the normal; null for a single place. */
  distance: z.object({ min: z.number(), median: z.number(), max: z.number() }).nullable(),
  /** Between the normal and the direction in which the slices follow each other; null for fewer than three places. */
  tilt: z.number().nullable(),
  /** How far slices lie sideways from the straight line that fits them all best. */
  shift: z.number(),
});
export type StackMeasures = z.infer<typeof stackMeasuresSchema>;

/**
 * Frames of a series that belong together: one phase, one b-value, one orientation. The stacks of a series hold each of its frames once.
 */
export const stackDetailSchema = z.object({
  /** What tells it from the series' other stacks, such as 'phase 2 of 4'; empty where there is one stack alone. */
  label: z.string(),
  frames: z.int().positive(),
  /** In display order. */
  runs: z.array(stackRunSchema).min(1),
  /** Millimetres of each frame, in order; null where the files do not say. */
  locations: z.array(z.number()).nullable(),
  /** 'file': Slice Location as stated. 'normal': position along the normal from the origin of the patient's coordinates. */
  locationSource: z.enum(['file', 'normal']).nullable(),
  gaps: z.array(stackGapSchema),
  /** Runs of frames at one and the same position, each as first frame (0-based) and count; none are left out. */
  duplicates: z.array(z.object({ first: z.int().nonnegative(), count: z.int().min(2) })),
  measures: stackMeasuresSchema.nullable(),
  verdict: volumeVerdictSchema,
});
export type StackDetail = z.infer<typeof stackDetailSchema>;

/** Reasons that lie in how or for what the images were made: nothing is wrong with them. */
const BY_NATURE: ReadonlySet<StackReasonCode> = new Set<StackReasonCode>([
  'tilt',
  'uneven',
  'too-few',
  'one-plane',
  'own-orientations',
  'no-position',
  'localiser',
  'not-drawn',
]);

/** Whether a person should look at the files: something is odd that images of this kind need not have. */
export function isFault(reason: StackReason): boolean {
  return !BY_NATURE.has(reason.code);
}

/** An object's attributes as they hold for the frames of a run. */
export function inItsPlane(image: ImageAttributes, { plane }: StackRun): ImageAttributes {
  return plane === null ? image : { ...image, ...plane };
}

/** The run that a frame is in; undefined where no stack holds it. */
export function runOf(
  stacks: readonly StackDetail[],
  ref: { readonly sopInstanceUID: string; readonly frame: number },
): StackRun | undefined {
  return stacks
    .flatMap(({ runs }) => runs)
    .find(
      ({ sopInstanceUID, first, count }) =>
        sopInstanceUID === ref.sopInstanceUID && ref.frame >= first && ref.frame < first + count,
    );
}
