import * as z from 'zod';
import type { FrameValues } from './frame-values.ts';

/** The element type of stored values, little endian wherever it is bytes. */
export const pixelTypeSchema = z.enum([
  'uint8',
  'int8',
  'uint16',
  'int16',
  'uint32',
  'int32',
  'float32',
  'float64',
]);
export type PixelType = z.infer<typeof pixelTypeSchema>;

export type PixelArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/**
 * One frame as stored: no rescale, no inversion, no window. Row by row, colour interleaved (RGB after
 * YBR conversion of lossy codecs, palette indices left as they are).
 */
export interface DecodedFrame {
  readonly rows: number;
  readonly columns: number;
  /** Samples per pixel: 1 or 3. */
  readonly samples: 1 | 3;
  readonly type: PixelType;
  /** Photometric interpretation of `data` as it now is: MONOCHROME1, MONOCHROME2, RGB or PALETTE COLOR. */
  readonly photometric: string;
  readonly data: PixelArray;
}

/** A frame with what its own values mean: what a decoder gives to screens, reports and models. */
export interface FrameWithValues extends DecodedFrame {
  readonly values: FrameValues;
}

/** ICC Profile (0028,2000) of an image: kept in the file, named here; its colours are not applied. */
export const iccProfileSchema = z.object({
  sha256: z.string(),
  /** Length of the profile. */
  bytes: z.int().positive(),
  /** The profile's own name; may be empty. */
  description: z.string(),
  srgb: z.boolean(),
});
export type IccProfile = z.infer<typeof iccProfileSchema>;

/** One row of `overread decode`. `sha256`: of the stored values, little endian, row by row, colour interleaved. */
export const decodeRowSchema = z.object({
  sopInstanceUID: z.string(),
  frame: z.int().nonnegative(),
  rows: z.int().positive(),
  columns: z.int().positive(),
  samples: z.union([z.literal(1), z.literal(3)]),
  type: pixelTypeSchema,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type DecodeRow = z.infer<typeof decodeRowSchema>;

/**
 * What is known of one instance's image before its pixels come; nothing here derives from a model. Rescale, window and padding are
 * those of the first frame, for lists: what is shown or measured takes `FrameValues`, which come with each frame's pixels.
 */
export const imageAttributesSchema = z.object({
  rows: z.int().positive(),
  columns: z.int().positive(),
  frames: z.int().positive(),
  samples: z.union([z.literal(1), z.literal(3)]),
  bitsAllocated: z.int().positive(),
  bitsStored: z.int().positive(),
  signed: z.boolean(),
  photometric: z.string(),
  transferSyntaxUID: z.string(),
  rescaleSlope: z.number(),
  rescaleIntercept: z.number(),
  /** 'HU' where the rescaled values are Hounsfield units, else what Rescale Type says, else null. */
  rescaleType: z.string().nullable(),
  window: z.array(z.object({ centre: z.number(), width: z.number().positive() })),
  /** Millimetres between rows and between columns; null where the file does not say, or frames differ. */
  pixelSpacing: z.tuple([z.number().positive(), z.number().positive()]).nullable(),
  /** Where `pixelSpacing`, or that of each frame where frames differ, comes from: at the detector it is not the patient's size, and the screen says so. */
  spacingSource: z.enum(['patient', 'detector']).nullable(),
  /** Image Position (Patient), LPS millimetres. */
  position: z.tuple([z.number(), z.number(), z.number()]).nullable(),
  /** Image Orientation (Patient): direction cosines of a row, then of a column. */
  orientation: z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()]).nullable(),
  /** Patient Orientation (0020,0020) for projection images, such as ['L', 'F']. */
  patientOrientation: z.tuple([z.string(), z.string()]).nullable(),
  pixelPadding: z.int().nullable(),
  /** Absent: none, or indexed by a build that did not look (before 0.2); the frame's own notes name it all the same. */
  iccProfile: iccProfileSchema.optional(),
  burnedInAnnotation: z.boolean().nullable(),
});
export type ImageAttributes = z.infer<typeof imageAttributesSchema>;
