import { stoppedWords } from '../domain/model-switch.ts';
import type { Device } from '../shared/analysis.ts';
import { Cancelled, toOverreadError } from '../shared/errors.ts';
import type { ModelSwitch } from '../shared/ledger-ports.ts';
import type { PackManifest } from '../shared/pack.ts';
import type { PackSignatureState } from '../shared/pack-signature.ts';
import type { CancelSignal, GoldenCheck, PackInspector, PackOnShelf } from '../shared/ports.ts';

/** One line of `overread models list --json`. */
export interface PackListing {
  readonly id: string;
  /** Null where the pack was refused before its version was known. */
  readonly version: string | null;
  readonly name: string | null;
  /** SHA-256 of the weights. */
  readonly sha256: string | null;
  readonly state: 'ready' | 'refused';
  /** Part of the build, or in the data folder. */
  readonly origin: 'built-in' | 'installed';
  /** True for the one of its versions that reads studies. */
  readonly runs: boolean;
  /** Null where it was refused. */
  readonly signature: PackSignatureState | 'built-in' | null;
  /** Of the key that the pack says it was signed with. */
  readonly keyId: string | null;
  /** Why it was refused, in plain words. */
  readonly reason: string | null;
  readonly code: string | null;
  /** Why an administrator keeps it from running; null where none does. */
  readonly stopped: string | null;
  readonly limits: readonly string[];
}

/** One line of `overread models verify --json`. */
export interface PackVerification {
  readonly id: string;
  readonly version: string | null;
  /** True for the one of its versions that reads studies. */
  readonly runs: boolean;
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

/** Every version of every model, those that were refused too; by id, and then the newest first. */
export function listPacks(inspector: PackInspector, switches: readonly ModelSwitch[] = []): PackListing[] {
  return inspector.onShelf().map(
    ({ id, version, origin, runs, manifest, signature, error }): PackListing => ({
      id,
      version,
      name: manifest?.name ?? null,
      sha256: manifest?.weights.sha256 ?? null,
      state: error === null ? 'ready' : 'refused',
      origin,
      runs,
      signature: origin === 'built-in' ? 'built-in' : (signature?.state ?? null),
      keyId: signature?.keyId ?? null,
      stopped: stoppedWords(switches, id, version ?? ''),
      reason: error?.message ?? null,
      code: error?.code ?? null,
      limits: manifest?.limits ?? [],
    }),
  );
}

function unverified(id: string, version: string | null, runs: boolean, reason: string): PackVerification {
  return {
    id,
    version,
    runs,
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
  runs: boolean,
  asked: Device,
  signal: CancelSignal | undefined,
): Promise<PackVerification> {
  if (golden.length === 0)
    return unverified(id, version, runs, 'The pack carries no golden cases to verify it by.');
  try {
    const { device, checks } = await inspector.checkGoldens(id, asked, signal, {
      version,
      sha256: weights.sha256,
    });
    const bad = checks.filter((check) => !check.ok);
    const complete = checks.length === golden.length;
    return {
      id,
      version,
      runs,
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
    return unverified(id, version, runs, toOverreadError(thrown).message);
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
  const all = inspector.onShelf();
  const asked = options.ids?.map((named) => ({ named, found: all.filter((pack) => isNamed(pack, named)) }));
  const verifications: PackVerification[] = [];
  for (const { named, found } of asked ?? [{ named: '', found: all }]) {
    if (asked !== undefined && found.length === 0) {
      verifications.push(unverified(named, null, false, `There is no model ${named} here.`));
    }
    for (const { id, version, runs, manifest, error } of found) {
      verifications.push(
        manifest === null
          ? unverified(id, version, runs, error?.message ?? '')
          : await verifyPack(inspector, manifest, runs, options.device ?? 'cpu', options.signal),
      );
    }
  }
  return verifications;
}

/** `id` names all its versions, `id@version` one. */
function isNamed({ id, version }: PackOnShelf, named: string): boolean {
  return named === id || named === `${id}@${version}`;
}
