import { referralSchema } from './referral.ts';
import * as z from 'zod';
import { packSignatureStateSchema } from './pack-signature.ts';
import { decodeRowSchema } from './pixels.ts';

/** The `--json` documents of the command line that belong to no other part. Scripts depend on them. */

const wireErrorSchema = z.object({
  type: z.enum(['refused', 'unavailable', 'cancelled', 'bug']),
  code: z.string(),
  message: z.string(),
  detail: z.record(z.string(), z.unknown()).optional(),
});

/** Instead of the command's own document where it could not answer at all (exit 1, 2 or 3). */
export const errorReportSchema = z.object({ error: wireErrorSchema });

/** `decode`: a row a frame; a file that cannot be decoded for certain has its reason in place of the hash. */
export const decodeReportSchema = z.array(
  z.union([
    decodeRowSchema,
    z.object({
      path: z.string(),
      sopInstanceUID: z.string(),
      frame: z.int().nonnegative(),
      error: wireErrorSchema,
    }),
  ]),
);

/** `export`: what was written. */
export const exportReportSchema = z.object({
  studyInstanceUID: z.string(),
  as: z.literal('pdf'),
  path: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** `serve`: printed when it answers; the address works once. */
export const serveReportSchema = z.object({ url: z.string(), port: z.int().positive() });

/** `verify`: the installation's self-test. */
export const verifyReportSchema = z.object({
  ok: z.boolean(),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })),
});
export type VerifyReport = z.infer<typeof verifyReportSchema>;

/** `models list`. */
export const modelsListSchema = z.array(
  z.object({
    id: z.string(),
    version: z.string().nullable(),
    name: z.string().nullable(),
    sha256: z.string().nullable(),
    state: z.enum(['ready', 'refused']),
    origin: z.enum(['built-in', 'installed']),
    runs: z.boolean(),
    signature: z.enum([...packSignatureStateSchema.options, 'built-in']).nullable(),
    keyId: z.string().nullable(),
    reason: z.string().nullable(),
    code: z.string().nullable(),
    stopped: z.string().nullable(),
    limits: z.array(z.string()),
  }),
);

const goldenCheckSchema = z.object({
  name: z.string(),
  ok: z.boolean(),
  scoreDifference: z.number(),
  outputDifference: z.number(),
  run_ms: z.number(),
  reason: z.string().nullable(),
});

/** `models verify`. */
export const modelsVerifySchema = z.array(
  z.object({
    id: z.string(),
    version: z.string().nullable(),
    runs: z.boolean(),
    ok: z.boolean(),
    device: z.string().nullable(),
    checks: z.array(goldenCheckSchema),
    maxScoreDifference: z.number().nullable(),
    maxOutputDifference: z.number().nullable(),
    bytes: z.int().nullable(),
    run_ms: z.number().nullable(),
    reason: z.string().nullable(),
  }),
);

const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);

/** `models install`. */
export const modelsInstallSchema = z.object({
  id: z.string(),
  version: z.string(),
  status: z.enum(['installed', 'already-installed']),
  /** The version that reads studies from now on; null where the one that would is refused. */
  running: z.string().nullable(),
  /** SHA-256 of the weights, of the manifest, and of the list of all files. */
  sha256: hashSchema,
  manifestSha256: hashSchema,
  contentSha256: hashSchema,
  signature: z.enum([...packSignatureStateSchema.options, 'built-in']),
  keyId: z.string().nullable(),
  /** Empty where it was there already. */
  goldens: z.array(goldenCheckSchema),
});
export type ModelsInstall = z.infer<typeof modelsInstallSchema>;

/** `models remove`. */
export const modelsRemoveSchema = z.object({
  id: z.string(),
  version: z.string(),
  /** The version that reads studies from now on; null where there is none. */
  running: z.string().nullable(),
});
export type ModelsRemove = z.infer<typeof modelsRemoveSchema>;

/** `models check`: all that `models install` would look at, and what would make the pack better. */
export const modelsCheckSchema = z.object({
  ok: z.boolean(),
  id: z.string().nullable(),
  version: z.string().nullable(),
  signature: packSignatureStateSchema.nullable(),
  /** Why it would be refused; null where it would be taken. */
  code: z.string().nullable(),
  reason: z.string().nullable(),
  hints: z.array(z.string()),
  goldens: z.array(goldenCheckSchema),
});
export type ModelsCheck = z.infer<typeof modelsCheckSchema>;

/** `models pack`. */
export const modelsPackSchema = z.object({
  id: z.string(),
  version: z.string(),
  path: z.string(),
  bytes: z.int().positive(),
  /** Of the file that was written. */
  sha256: hashSchema,
  contentSha256: hashSchema,
  /** Null where it was not signed. */
  keyId: z.string().nullable(),
});
export type ModelsPack = z.infer<typeof modelsPackSchema>;

/** `models from-monai`: the folder that was made, and what its manifest does not say yet. */
export const modelsFromMonaiSchema = z.object({
  path: z.string(),
  id: z.string(),
  version: z.string(),
  open: z.array(z.string()),
});
export type ModelsFromMonai = z.infer<typeof modelsFromMonaiSchema>;

/** `models keygen`: `publicKey` and `keyId` are for the policy of who shall trust it. */
export const modelsKeygenSchema = z.object({ path: z.string(), keyId: z.string(), publicKey: z.string() });

/** `referrals`. */
export const referralsReportSchema = z.array(referralSchema.extend({ studyInstanceUID: z.string() }));
export type ReferralsReport = z.infer<typeof referralsReportSchema>;
