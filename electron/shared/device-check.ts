import * as z from 'zod';
import { deviceSchema } from './analysis.ts';
import { type RemoteAddress, remoteServerSchema } from './remote.ts';

/** Values of a network may differ from the CPU's by this (relative to the value where it is beyond 1), as the goldens of packs. */
export const PARITY_TOLERANCE = 1e-3;

/** Of a test on a server: where it was, and who answered (null where nobody did). Another place or request asks for a new test. */
const remoteTestedSchema = z.object({
  name: z.string(),
  url: z.string(),
  model: z.string(),
  version: z.string().nullable(),
  maxBatch: z.int(),
  server: remoteServerSchema.nullable(),
});

/** One model on one device, laid beside the CPU. */
export const deviceCheckSchema = z.object({
  model: z.object({ id: z.string(), version: z.string(), sha256: z.string() }),
  device: deviceSchema.exclude(['auto', 'cpu']),
  /** `same`: may be used. `differs`: is not used for this model. `absent`: it does not start here. `failed`: it ended the process, or did not finish. */
  state: z.enum(['same', 'differs', 'absent', 'failed']),
  /** In plain words; null for `same`. */
  reason: z.string().nullable(),
  largestDifference: z.number().nullable(),
  /** Golden cases in which a score or finding reaches another operating point. */
  decisionFlips: z.int().nullable(),
  /** Median of the golden cases. */
  cpu_ms: z.number().nullable(),
  device_ms: z.number().nullable(),
  remote: remoteTestedSchema.optional(),
});
export type DeviceCheck = z.infer<typeof deviceCheckSchema>;
export type CheckedDevice = DeviceCheck['device'];

/** The last self-test of this machine, kept in the data folder. */
export const deviceChecksSchema = z.object({
  /** What the answers hold for: platform, drivers, runtime, build. Another one asks for a new test. */
  environment: z.string(),
  at: z.string(),
  checks: z.array(deviceCheckSchema),
});
export type DeviceChecks = z.infer<typeof deviceChecksSchema>;

/** Whether a test on a server was of this address. */
export function isTestOf({ remote }: DeviceCheck, address: RemoteAddress): boolean {
  if (remote === undefined) return false;
  const keys = ['name', 'url', 'model', 'version', 'maxBatch'] as const;
  return keys.every((key) => remote[key] === address[key]);
}
