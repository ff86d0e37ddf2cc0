import * as z from 'zod';
import { aiModeSchema } from './read.ts';

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

export const readingPolicySchema = z.strictObject({
  /** When a reader sees what the models found. Anything but blind first makes readers follow the AI: recorded with each read. */
  aiMode: aiModeSchema.default('blind-first'),
});
export type ReadingPolicy = z.infer<typeof readingPolicySchema>;

export const NO_READING_POLICY: ReadingPolicy = { aiMode: 'blind-first' };

/** What a site has decided: `policy.json` in the data folder, or the file that OVERREAD_POLICY names. A word it does not know is refused. */
export const policySchema = z.strictObject({
  models: modelsPolicySchema.default(NO_MODELS_POLICY),
  analysis: analysisPolicySchema.default(NO_ANALYSIS_POLICY),
  reading: readingPolicySchema.default(NO_READING_POLICY),
});
export type Policy = z.infer<typeof policySchema>;
