import type { Device } from '../shared/analysis.ts';
import { Cancelled, toOverreadError } from '../shared/errors.ts';
import type { PackManifest } from '../shared/pack.ts';
import type { CancelSignal, GoldenCheck, PackInspector } from '../shared/ports.ts';

/** One line of `overread models list --json`. */
export interface PackListing {
  readonly id: string;
  /** Null where the pack was refused before its version was known. */
  readonly version: string | null;
  readonly name: string | null;
  /** SHA-256 of the weights. */
  readonly sha256: string | null;
  readonly state: 'ready' | 'refused';
  /** Why it was refused, in plain words. */
  readonly reason: string | null;
  readonly code: string | null;
  readonly limits: readonly string[];
}

/** One line of `overread models verify --json`. */
export interface PackVerification {
  readonly id: string;
  readonly version: string | null;
  readonly ok: boolean;
  readonly device: string | null;
  readonly checks: readonly GoldenCheck[];
  readonly maxScoreDifference: number | null;
  readonly maxOutputDifference: number | null;
  /** Size of the weights. */
  readonly bytes: number | null;
  /** Median time of the model's run over the golden cases, one core on the CPU; null where none ran. */
  readonly run_ms: number | null;
  readonly reason: string | null;
}

/** Installed packs, and folders beside them that were refused; by id. */
export function listPacks(inspector: PackInspector): PackListing[] {
  const ready = inspector.packs().map(
    ({ id, version, name, weights, limits }): PackListing => ({
      id,
      version,
      name,
      sha256: weights.sha256,
      state: 'ready',
      reason: null,
      code: null,
      limits,
    }),
  );
  const refused = inspector.refusedPacks().map(
    ({ id, error }): PackListing => ({
      id,
      version: null,
      name: null,
      sha256: null,
      state: 'refused',
      reason: error.message,
      code: error.code,
      limits: [],
    }),
  );
  return [...ready, ...refused].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function unverified(id: string, version: string | null, reason: string): PackVerification {
  return {
    id,
    version,
    ok: false,
    device: null,
    checks: [],
    maxScoreDifference: null,
    maxOutputDifference: null,
    bytes: null,
    run_ms: null,
    reason,
  };
}

function median(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? null;
}

async function verifyPack(
  inspector: PackInspector,
  { id, version, golden, weights }: PackManifest,
  asked: Device,
  signal: CancelSignal | undefined,
): Promise<PackVerification> {
  if (golden.length === 0)
    return unverified(id, version, 'The pack carries no golden cases to verify it by.');
  try {
    const { device, checks } = await inspector.checkGoldens(id, asked, signal);
    const bad = checks.filter((check) => !check.ok);
    const complete = checks.length === golden.length;
    return {
      id,
      version,
      ok: complete && bad.length === 0,
      device,
      checks,
      maxScoreDifference: Math.max(...checks.map((check) => check.scoreDifference)),
      maxOutputDifference: Math.max(...checks.map((check) => check.outputDifference)),
      bytes: weights.bytes,
      run_ms: median(checks.filter((check) => check.run_ms > 0).map((check) => check.run_ms)),
      reason:
        bad.length > 0
          ? `${bad.length} of ${checks.length} golden cases differ: ${bad[0]?.reason}`
          : complete
            ? null
            : 'Not every golden case was run.',
    };
  } catch (thrown) {
    if (thrown instanceof Cancelled) throw thrown;
    return unverified(id, version, toOverreadError(thrown).message);
  }
}

/**
 * Schema, hashes and goldens of every pack (or of those named) on a device, the CPU unless told. A bad pack does not throw: its
 * line says what is wrong.
 *
 * @throws Cancelled.
 */
export async function verifyPacks(
  inspector: PackInspector,
  options: {
    readonly ids?: readonly string[];
    readonly device?: Device;
    readonly signal?: CancelSignal;
  } = {},
): Promise<PackVerification[]> {
  const packs = inspector.packs();
  const refused = inspector.refusedPacks();
  const ids = options.ids ?? [...packs, ...refused].map(({ id }) => id).toSorted();
  const verifications: PackVerification[] = [];
  for (const id of ids) {
    const pack = packs.find((one) => one.id === id);
    const error = refused.find((one) => one.id === id)?.error;
    verifications.push(
      pack === undefined
        ? unverified(id, null, error?.message ?? `There is no model ${id} here.`)
        : await verifyPack(inspector, pack, options.device ?? 'cpu', options.signal),
    );
  }
  return verifications;
}
