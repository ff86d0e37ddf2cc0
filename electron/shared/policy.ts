import * as z from 'zod';
import { aiModeSchema } from './read.ts';
import { remotePolicySchema } from './remote.ts';

/** A key whose signature on a pack counts. */
export const trustedKeySchema = z.strictObject({
  /** As in `signature.json`; `overread models keygen` gives both. */
  id: z.string().min(1),
  /** Ed25519: the DER of its SubjectPublicKeyInfo in base64, or PEM. */
  publicKey: z.string().min(1),
});

export const modelsPolicySchema = z.strictObject({
  trustedKeys: z.array(trustedKeySchema).default([]),
  /** True: an installed pack without the signature of a trusted key is not taken, and one that is there already does not run. */
  requireSignature: z.boolean().default(false),
  /** Model id → the version that runs, whatever else is installed. */
  pinned: z.record(z.string(), z.string().regex(/^\d+\.\d+\.\d+$/)).default({}),
});
export type ModelsPolicy = z.infer<typeof modelsPolicySchema>;

export const NO_MODELS_POLICY: ModelsPolicy = { trustedKeys: [], requireSignature: false, pinned: {} };

export const analysisPolicySchema = z.strictObject({
  /** False: a study is read by the models only when a reader opens it; nothing is read by itself. */
  background: z.boolean().default(true),
});
export type AnalysisPolicy = z.infer<typeof analysisPolicySchema>;

export const NO_ANALYSIS_POLICY: AnalysisPolicy = { background: true };

export const inferencePolicySchema = z.strictObject({
  /** A server that may run networks in this machine's place. Without it nothing is connected to. */
  remote: remotePolicySchema.nullable().default(null),
});
export type InferencePolicy = z.infer<typeof inferencePolicySchema>;

export const NO_INFERENCE_POLICY: InferencePolicy = { remote: null };

export const readingPolicySchema = z.strictObject({
  /** When a reader sees what the models found. Anything but blind first makes readers follow the AI: recorded with each read. */
  aiMode: aiModeSchema.default('blind-first'),
});
export type ReadingPolicy = z.infer<typeof readingPolicySchema>;

export const NO_READING_POLICY: ReadingPolicy = { aiMode: 'blind-first' };
export const backupPolicySchema = z.strictObject({
  /** The folder that holds the backups, absolute: on another disc than the data. */
  target: z.string().min(1),
  /** When they are made, each day, by this machine's clock; null: only when a person asks. */
  at: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is not a time of day as 02:00')
    .nullable()
    .default('02:00'),
  /** Of whole ones. */
  keep: z.int().min(1).max(1000).default(7),
  /** Each is restored into a folder of its own and checked there. */
  verify: z.boolean().default(true),
});
export type BackupPolicy = z.infer<typeof backupPolicySchema>;

export const ledgerPolicySchema = z.strictObject({
  /** The name under which this site's figures are exchanged. */
  site: z.string().trim().min(1).max(100).default('this installation'),
  /** No figure is told that rests on fewer cases. */
  minimumCases: z.int().min(1).max(1000).default(10),
  /** Population stability index from which on a shift of scores or patients is an alert. */
  driftThreshold: z.number().positive().max(10).default(0.25),
  /** The first months that together have so many cases are what later ones are laid beside. */
  referenceCases: z.int().min(10).default(200),
  /** Or this month, as 2026-03. */
  referenceMonth: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'is not a month as 2026-03')
    .nullable()
    .default(null),
});
export type LedgerPolicy = z.infer<typeof ledgerPolicySchema>;

export const NO_LEDGER_POLICY: LedgerPolicy = ledgerPolicySchema.parse({});

/** What a site has decided: `policy.json` in the data folder, or the file that OVERREAD_POLICY names. A word it does not know is refused. */
export const policySchema = z.strictObject({
  models: modelsPolicySchema.default(NO_MODELS_POLICY),
  analysis: analysisPolicySchema.default(NO_ANALYSIS_POLICY),
  inference: inferencePolicySchema.default(NO_INFERENCE_POLICY),
  reading: readingPolicySchema.default(NO_READING_POLICY),
  ledger: ledgerPolicySchema.default(NO_LEDGER_POLICY),
  /** Absent: no backups by themselves. */
  backup: backupPolicySchema.optional(),
});
export type Policy = z.infer<typeof policySchema>;
