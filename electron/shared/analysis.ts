import * as z from 'zod';
import { refusalSchema } from './imports.ts';
import { calibrationSchema, codeSchema, preprocessStepSchema } from './pack.ts';
import { packVolumeSchema } from './pack-volume.ts';
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
  /** Present where a network estimated the number: what it is rounded to, and by how much it is off on average, where the pack says so. */
  estimate: z
    .object({ roundedTo: z.number().positive(), typicalError: z.number().positive().optional() })
    .optional(),
  /** Of a measurement of a whole series, whose first image `sopInstanceUID` then is. */
  seriesInstanceUID: uidSchema.optional(),
});
export type Measurement = z.infer<typeof measurementSchema>;

/** A structure that was marked voxel by voxel in a series: its masks, a slice each, are maps of the result under `outputId`. */
export const segmentationSchema = z.object({
  outputId: z.string(),
  label: z.string(),
  code: codeSchema.nullable(),
  seriesInstanceUID: uidSchema,
  /** The first slice of the stack that was read. */
  sopInstanceUID: uidSchema,
  voxels: z.int().nonnegative(),
  volume_ml: z.number().nonnegative(),
  /** Slices of the stack, and those of them that hold a voxel of it. */
  slices: z.int().positive(),
  slicesWith: z.int().nonnegative(),
});
export type Segmentation = z.infer<typeof segmentationSchema>;

/** Probabilities of one class over an image, tile by tile; its map (0–255, a tile one value) is a map of the result under `outputId`. */
export const tileMapSchema = z.object({
  outputId: z.string(),
  label: z.string(),
  code: codeSchema.nullable(),
  sopInstanceUID: uidSchema,
  frame: z.int().nonnegative(),
  rows: z.int().positive(),
  columns: z.int().positive(),
  /** Height and width of a tile in pixels of the image; the first begins at the image's top left edge. */
  tile: z.tuple([z.number().positive(), z.number().positive()]),
  /** Row by row, to four digits; absent where there are more than 4,096. */
  values: z.array(z.number()).optional(),
  mean: z.number(),
  highest: z.object({ value: z.number(), row: z.int().nonnegative(), column: z.int().nonnegative() }),
});
export type TileMap = z.infer<typeof tileMapSchema>;

/** How a stack lay, and the grid on which the network read it. Shapes are slices × rows × columns of the image, and the input's own order of the model. */
export const volumeGridSchema = z.object({
  seriesInstanceUID: uidSchema,
  imageShape: z.tuple([z.int(), z.int(), z.int()]),
  /** Millimetres between slices, rows, columns. */
  imageSpacing: z.tuple([z.number(), z.number(), z.number()]),
  modelShape: z.tuple([z.int(), z.int(), z.int()]),
  modelSpacing: z.tuple([z.number(), z.number(), z.number()]),
  windows: z.int().positive(),
});
export type VolumeGrid = z.infer<typeof volumeGridSchema>;

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
  /** Only of models that read volumes. */
  segmentations: z.array(segmentationSchema).optional(),
  /** Only of models of tile maps. */
  tileMaps: z.array(tileMapSchema).optional(),
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
  /** Of a model that reads volumes: its steps and windows, and the grids on which it read. */
  volume: packVolumeSchema.extend({ grids: z.array(volumeGridSchema) }).optional(),
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
