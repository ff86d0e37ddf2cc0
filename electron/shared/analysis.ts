import * as z from 'zod';
import { refusalSchema } from './imports.ts';
import { calibrationSchema, codeSchema, preprocessStepSchema } from './pack.ts';
import { packSignatureStateSchema } from './pack-signature.ts';
import { remoteServerSchema } from './remote.ts';
import { uidSchema } from './study.ts';

export const operatingPointSchema = z.enum(['balanced', 'high-sensitivity']);
export type OperatingPoint = z.infer<typeof operatingPointSchema>;

/** `remote` is the server that the policy names: the network runs there, everything else here. */
export const deviceSchema = z.enum(['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml', 'remote']);
export type Device = z.infer<typeof deviceSchema>;

export const scoreSchema = z.object({
  sopInstanceUID: uidSchema,
  frame: z.int().nonnegative(),
  label: z.string(),
  score: z.number(),
  /** Only where the pack carries a calibration. */
  probability: z.number().optional(),
});
export type Score = z.infer<typeof scoreSchema>;

export const aiFindingSchema = z.object({
  id: z.string(),
  label: z.string(),
  code: codeSchema.nullable(),
  score: z.number(),
  probability: z.number().optional(),
  sopInstanceUID: uidSchema,
  frame: z.int().nonnegative(),
  /** x0, y0, x1, y1 in pixels of the image, origin at the centre of the top left pixel; null where the model gives no place. */
  box: z.tuple([z.number(), z.number(), z.number(), z.number()]).nullable(),
  maskArea_mm2: z.number().optional(),
  /** The strictest operating point that the score reaches; null below both. */
  operatingPoint: operatingPointSchema.nullable(),
});
export type AiFinding = z.infer<typeof aiFindingSchema>;

export const measurementSchema = z.object({
  name: z.string(),
  value: z.number(),
  unit: z.string(),
  sopInstanceUID: uidSchema,
});
export type Measurement = z.infer<typeof measurementSchema>;

/** One model's result on one study; the element of `results` in `overread analyze --json`. */
export const modelResultSchema = z.object({
  model: z.object({
    id: z.string(),
    version: z.string(),
    sha256: z.string(),
    /** Of an installed pack; absent for one that is part of the build, and in results from before there were others. */
    signature: packSignatureStateSchema.optional(),
  }),
  status: z.enum(['completed', 'abstained', 'failed']),
  /** Why it abstained or failed, in plain words; null when completed. */
  reason: z.string().nullable(),
  /** The device really used; null where nothing ran. */
  device: z.string().nullable(),
  recordId: z.string().nullable(),
  scores: z.array(scoreSchema),
  findings: z.array(aiFindingSchema),
  measurements: z.array(measurementSchema),
  timings_ms: z.object({
    decode: z.number(),
    preprocess: z.number(),
    run: z.number(),
    postprocess: z.number(),
  }),
});
export type ModelResult = z.infer<typeof modelResultSchema>;

export const studyResultSchema = z.object({
  studyInstanceUID: uidSchema,
  results: z.array(modelResultSchema),
});
export type StudyResult = z.infer<typeof studyResultSchema>;
/** Of `overread analyze --json`: a line a study; last, where there were any, the files that were refused. */
export const analyzeReportSchema = z.array(
  z.union([
    studyResultSchema,
    z.object({
      studyInstanceUID: z.null(),
      results: z.tuple([]),
      refused: z.array(refusalSchema).min(1).readonly(),
    }),
  ]),
);
export type AnalyzeReport = z.infer<typeof analyzeReportSchema>;

/** The inputs of one image, as the record keeps them. */
export const recordInputSchema = z.object({
  sopInstanceUID: uidSchema,
  frame: z.int().nonnegative(),
  fileSha256: z.string(),
  pixelSha256: z.string(),
});

/** What is needed to run a result again and compare it (principle 5). */
export const inferenceRecordSchema = z.object({
  recordId: z.string(),
  studyInstanceUID: uidSchema,
  createdAt: z.string(),
  inputs: z.array(recordInputSchema),
  model: modelResultSchema.shape.model.extend({ manifestSha256: z.string() }),
  preprocess: z.array(preprocessStepSchema),
  operatingPoints: z.record(z.string(), z.object({ balanced: z.number(), 'high-sensitivity': z.number() })),
  /** How scores became probabilities; absent where the pack has no calibration, and in records from before it was kept. */
  calibration: calibrationSchema.optional(),
  runtime: z.object({
    device: z.string(),
    precision: z.string(),
    threads: z.int(),
    onnxruntime: z.string(),
    node: z.string(),
    platform: z.string(),
    overread: z.string(),
    decoder: z.string(),
    /** Set where another device was asked for and could not be used: which, and why. */
    fallback: z.string().optional(),
    /** The server that ran the network, where one did (`device` is `remote`). */
    remote: remoteServerSchema.optional(),
    /** The server that inputs of the network were sent to, or may have been before it failed. */
    sentTo: z.string().optional(),
  }),
  /** Facts that were stated by a person rather than read from the file. */
  stated: z.record(z.string(), z.unknown()),
  /** What a person should know of this result: images of the study that were not read and why, facts that nobody stated. */
  notes: z.array(z.string()).optional(),
  result: modelResultSchema,
});
export type InferenceRecord = z.infer<typeof inferenceRecordSchema>;

/** What a network gave for one image, before anything was made of it. */
export interface RawOutput {
  readonly sopInstanceUID: string;
  readonly frame: number;
  /** The output's name in the network. */
  readonly output: string;
  readonly shape: readonly number[];
  /** Of the values as little endian float32, row by row. */
  readonly sha256: string;
  /** The values, packed; `inference/raw-output` reads them. */
  readonly data: Uint8Array;
}

/** A mask or heatmap in the image's own matrix: 8-bit grey, a mask 0 or 255, a heatmap 0–255. */
export interface OutputMap {
  readonly sopInstanceUID: string;
  readonly frame: number;
  readonly modelId: string;
  readonly outputId: string;
  readonly kind: 'mask' | 'heatmap';
  readonly png: Uint8Array;
}
