import type { Device } from '../shared/analysis.ts';
import { Bug } from '../shared/errors.ts';
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
  readonly reason: string | null;
}

/** Installed packs, and folders beside them that were refused. */
export function listPacks(_inspector: PackInspector): PackListing[] {
  throw new Bug('verify-packs is not built yet');
}

/** Schema, hashes and goldens of every pack (or of those named) on a device; never throws for a bad pack, but says so. */
export function verifyPacks(
  _inspector: PackInspector,
  _options: {
    readonly ids?: readonly string[];
    readonly device?: Device;
    readonly signal?: CancelSignal;
  } = {},
): Promise<PackVerification[]> {
  return Promise.reject(new Bug('verify-packs is not built yet'));
}
