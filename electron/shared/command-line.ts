import * as z from 'zod';
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
    reason: z.string().nullable(),
    code: z.string().nullable(),
    limits: z.array(z.string()),
  }),
);

/** `models verify`. */
export const modelsVerifySchema = z.array(
  z.object({
    id: z.string(),
    version: z.string().nullable(),
    ok: z.boolean(),
    device: z.string().nullable(),
    checks: z.array(
      z.object({
        name: z.string(),
        ok: z.boolean(),
        scoreDifference: z.number(),
        outputDifference: z.number(),
        run_ms: z.number(),
        reason: z.string().nullable(),
      }),
    ),
    maxScoreDifference: z.number().nullable(),
    maxOutputDifference: z.number().nullable(),
    bytes: z.int().nullable(),
    run_ms: z.number().nullable(),
    reason: z.string().nullable(),
  }),
);
