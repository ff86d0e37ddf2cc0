import type { RemoteChoice } from '../domain/devices.ts';
import { type DeviceCheck, isTestOf } from '../shared/device-check.ts';
import type { OverreadError } from '../shared/errors.ts';
import { type RemoteAddress, type RemotePolicy, remoteAddressOf } from '../shared/remote.ts';
import type { RemoteUse } from './engine-protocol.ts';
import type { ShelvedPack } from './pack-shelf.ts';

/** How the configured server stands: what it may be used for, and whether it has just failed. */
export interface RemoteStanding {
  /** Null where the policy names no place for the pack. */
  addressOf(pack: ShelvedPack): RemoteAddress | null;
  /** Null as `addressOf`; `use` is there where the server can be used now. */
  choiceFor(pack: ShelvedPack): { readonly choice: RemoteChoice; readonly use: RemoteUse | null } | null;
  /** It failed in the middle of its work: it is left alone for a while, longer each time. */
  failed(error: OverreadError): void;
  worked(): void;
  /** True where it answered otherwise than when it was tested, until it is tested again. */
  inDoubt(): boolean;
  tested(): void;
}

/** Rests after the first, second, … failure one after the other, ms. A server that hangs must not hold up each study for its whole timeout. */
const RESTS_MS = [60_000, 2 * 60_000, 5 * 60_000, 10 * 60_000] as const;

/**
 * @param checks The last self-test of devices; null where there is none to ask: then no server is used.
 * @param now ms since 1970.
 */
export function createRemoteStanding(
  policy: RemotePolicy | null,
  checks: (() => readonly DeviceCheck[]) | null,
  now: () => number = Date.now,
): RemoteStanding {
  let failures = 0;
  let doubt = false;
  let rest: { readonly until: number; readonly why: string } | null = null;

  function unusable(check: DeviceCheck | undefined): string | null {
    if (check === undefined) return 'it has not been tested for this model; ‘overread verify’ tests it';
    if (check.state !== 'same') return check.reason ?? 'it cannot be used';
    if (rest === null || now() >= rest.until) return null;
    return `it failed a short while ago and is tried again later: ${rest.why}`;
  }

  const addressOf = (pack: ShelvedPack): RemoteAddress | null => remoteAddressOf(policy, pack.manifest);
  return {
    addressOf,
    choiceFor(pack) {
      const address = addressOf(pack);
      if (policy === null || address === null) return null;
      const { sha256 } = pack.manifest.weights;
      const check = checks?.().find((one) => one.model.sha256 === sha256 && isTestOf(one, address));
      const why = unusable(check);
      const tested = check?.remote?.server ?? null;
      return {
        choice: { name: policy.name, preferred: policy.prefer, unusable: why },
        use: why === null ? { address, tested } : null,
      };
    },
    failed({ code, message }) {
      const wait = RESTS_MS[Math.min(failures, RESTS_MS.length - 1)] as number;
      failures += 1;
      rest = { until: now() + wait, why: message };
      doubt ||= code === 'remote-changed' || code === 'remote-goldens';
    },
    worked() {
      failures = 0;
      rest = null;
    },
    inDoubt: () => doubt,
    tested() {
      doubt = false;
      failures = 0;
      rest = null;
    },
  };
}
