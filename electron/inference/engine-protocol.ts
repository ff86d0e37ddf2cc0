import * as z from 'zod';
import { aiFindingSchema, deviceSchema, measurementSchema, scoreSchema } from '../shared/analysis.ts';
import type { WireError } from '../shared/errors.ts';
import { remoteAddressSchema, remoteServerSchema } from '../shared/remote.ts';
import { uidSchema } from '../shared/study.ts';

/**
 * What the engine's parent and child say to each other. Both sides check what they hear: the child may have been replaced,
 * and a child whose memory is damaged may say anything.
 */
const packAddressSchema = z.object({
  directory: z.string(),
  /** The pack that was judged is the pack that runs. */
  manifestSha256: z.string(),
});

/** For the device `remote`: where it is, and who answered there when it was tested; null where this is the test. */
const remoteUseSchema = z.object({
  address: remoteAddressSchema,
  tested: remoteServerSchema.nullable(),
});
export type RemoteUse = z.infer<typeof remoteUseSchema>;

const imageRequestSchema = z.object({
  path: z.string(),
  sha256: z.string(),
  sopInstanceUID: uidSchema,
  frame: z.int().nonnegative(),
  rows: z.int().positive(),
  columns: z.int().positive(),
  pixelSpacing: z.tuple([z.number(), z.number()]).nullable(),
  spacingSource: z.enum(['patient', 'detector']).nullable(),
  patientOrientation: z.tuple([z.string(), z.string()]).nullable(),
});
export type ImageRequest = z.infer<typeof imageRequestSchema>;

export const engineRequestSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('analyze'),
    id: z.int(),
    pack: packAddressSchema,
    device: deviceSchema,
    remote: remoteUseSchema.optional(),
    images: z.array(imageRequestSchema),
    /** Where masks and heatmaps are written; null makes none. */
    mapsDirectory: z.string().nullable(),
    /** Whether occlusion maps are made too: a run of the model for each patch. */
    occlusion: z.boolean(),
    /** Whether what the network gave is wanted for the record. */
    outputs: z.boolean(),
  }),
  z.object({
    type: z.literal('goldens'),
    id: z.int(),
    pack: packAddressSchema,
    device: deviceSchema,
  }),
  /** The goldens' inputs on the device and on the CPU, laid beside each other. */
  z.object({
    type: z.literal('parity'),
    id: z.int(),
    pack: packAddressSchema,
    device: deviceSchema,
    remote: remoteUseSchema.optional(),
  }),
]);
export type EngineRequest = z.infer<typeof engineRequestSchema>;

const wireErrorSchema = z
  .object({
    type: z.enum(['refused', 'unavailable', 'cancelled', 'bug']),
    code: z.string(),
    message: z.string(),
    detail: z.record(z.string(), z.unknown()).optional(),
  })
  .transform(({ detail, ...error }): WireError => (detail === undefined ? error : { ...error, detail }));

const goldenCheckSchema = z.object({
  name: z.string(),
  ok: z.boolean(),
  scoreDifference: z.number(),
  outputDifference: z.number(),
  run_ms: z.number(),
  reason: z.string().nullable(),
});

const paritySchema = z.object({
  cases: z.int(),
  largestDifference: z.number(),
  decisionFlips: z.int(),
  cpu_ms: z.number(),
  device_ms: z.number(),
});
export type Parity = z.infer<typeof paritySchema>;

export const engineRuntimeSchema = z.object({
  device: z.string(),
  fallback: z.string().nullable(),
  onnxruntime: z.string(),
  node: z.string(),
  platform: z.string(),
  threads: z.int(),
  remote: remoteServerSchema.optional(),
});
export type EngineRuntime = z.infer<typeof engineRuntimeSchema>;

/** What the network gave for an image: `data` is what `packValues` packed. */
const rawOutputSchema = z.object({
  name: z.string(),
  shape: z.array(z.int()),
  sha256: z.string(),
  data: z.instanceof(Uint8Array),
});

export const engineReplySchema = z.discriminatedUnion('type', [
  /** The request's work has begun; from now on the child's end is the request's failure. Said again where the work is long without an answer. */
  z.object({ type: z.literal('started'), id: z.int() }),
  z.object({
    type: z.literal('image'),
    id: z.int(),
    index: z.int().nonnegative(),
    pixelSha256: z.string(),
    scores: z.array(scoreSchema),
    findings: z.array(aiFindingSchema.omit({ id: true })),
    measurements: z.array(measurementSchema),
    outputs: z.array(rawOutputSchema),
    maps: z.array(z.object({ outputId: z.string(), kind: z.enum(['mask', 'heatmap']), path: z.string() })),
    timings_ms: z.object({
      decode: z.number(),
      preprocess: z.number(),
      run: z.number(),
      postprocess: z.number(),
    }),
  }),
  /** One image could not be read; the others go on. */
  z.object({
    type: z.literal('image-refused'),
    id: z.int(),
    index: z.int().nonnegative(),
    error: wireErrorSchema,
  }),
  /** One image is none that the model was made for, by its own distances; it gives nothing for it. */
  z.object({
    type: z.literal('image-foreign'),
    id: z.int(),
    index: z.int().nonnegative(),
    reason: z.string(),
  }),
  z.object({ type: z.literal('golden'), id: z.int(), check: goldenCheckSchema }),
  z.object({ type: z.literal('parity'), id: z.int(), parity: paritySchema }),
  z.object({ type: z.literal('done'), id: z.int(), runtime: engineRuntimeSchema }),
  z.object({ type: z.literal('failed'), id: z.int(), error: wireErrorSchema }),
]);
export type EngineReply = z.infer<typeof engineReplySchema>;
export type ImageReply = Extract<EngineReply, { type: 'image' }>;
