import * as z from 'zod';

/** A code of a terminology: SCT values only as published in DICOM PS3.16. */
export const codeSchema = z.object({ scheme: z.string(), value: z.string(), meaning: z.string() });
export type Code = z.infer<typeof codeSchema>;

/**
 * A number that a network estimates (an age, an angle, a volume): said as an estimate wherever it is shown. A value beyond the range says that
 * the image is none that the model was made for: the model abstains for it.
 */
export const regressionOutputSchema = z.strictObject({
  kind: z.literal('regression'),
  name: z.string(),
  label: z.string().min(1),
  unit: z.string(),
  /** Of the values that the model was made and tested with; the graph gives them in this unit. */
  range: z.tuple([z.number(), z.number()]),
  /** What is shown and listed is a multiple of this: no more digits than the model is good for. */
  roundTo: z.number().positive(),
  /** Mean absolute error on images that the network was not trained on; said beside the value. */
  typicalError: z.number().positive().optional(),
});

/**
 * Probabilities of classes tile by tile, [1, channels, rows, columns]: over a squashed image as the network gives them, or, where the last step
 * is `tiles`, put together from a run a tile. Drawn with their true resolution, one colour a tile, never smoothed.
 */
export const tilesOutputSchema = z.strictObject({
  kind: z.literal('tiles'),
  name: z.string(),
  activation: z.enum(['softmax', 'sigmoid', 'none']),
  classes: z
    .array(
      z.strictObject({
        channel: z.int().nonnegative(),
        id: z.string().regex(/^[a-z0-9-]+$/),
        label: z.string().min(1),
        code: codeSchema.optional(),
      }),
    )
    .min(1),
});
export type TilesOutput = z.infer<typeof tilesOutputSchema>;
