import type { Device } from '../shared/analysis.ts';
import type { CheckedDevice, DeviceCheck } from '../shared/device-check.ts';

/** Devices worth a trial on a platform, the quickest first. The CPU is everywhere, and is what all others are laid beside. */
export function devicesOf(platform: string): readonly CheckedDevice[] {
  switch (platform) {
    case 'win32':
      return ['dml', 'webgpu'];
    case 'darwin':
      return ['coreml', 'webgpu'];
    default:
      return ['cuda', 'webgpu'];
  }
}

/** The server that the policy names for a model. */
export interface RemoteChoice {
  readonly name: string;
  /** False: only where it is asked for. */
  readonly preferred: boolean;
  /** Why it cannot be used for this model now, in words; null where it can. */
  readonly unusable: string | null;
}

/** A device is worth its risk only where it is quicker: a driver's software emulation gives the same numbers ten times slower. */
const WORTH = 0.8;

export interface ChosenDevice {
  readonly device: Exclude<Device, 'auto'>;
  /** Why it is not the one that was asked for; null where it is, or none was asked for. */
  readonly fallback: string | null;
}

/** What the test of a device of this machine found: null where it may be used, else why not. */
function unusable(check: DeviceCheck | undefined): string | null {
  if (check?.state === 'same') return null;
  if (check === undefined) return 'it has not been tested for this model; ‘overread verify’ tests it';
  return check.reason ?? 'it cannot be used';
}

/**
 * The device on which a model runs. `auto`: the first of the platform's that gave the CPU's numbers in the self-test and was quicker, else
 * the CPU. One that was asked for by name runs only where the self-test found that it gives the CPU's numbers. A server that the policy
 * prefers goes before all, slower or not: a person has chosen it. Where it cannot be used, that is said.
 *
 * @param checks Of this model's weights, from the last self-test; none where it was not tested.
 * @param remote Null where the policy names no server for this model.
 */
export function chooseDevice(
  asked: Device,
  platform: string,
  checks: readonly DeviceCheck[],
  remote: RemoteChoice | null = null,
): ChosenDevice {
  if (asked === 'cpu') return { device: 'cpu', fallback: null };
  const checked = (device: CheckedDevice): DeviceCheck | undefined =>
    checks.find((check) => check.device === device);
  if (asked === 'auto') {
    if (remote?.preferred === true && remote.unusable === null) return { device: 'remote', fallback: null };
    const best = devicesOf(platform).find((device) => {
      const check = checked(device);
      if (check?.state !== 'same') return false;
      return (check.device_ms ?? Infinity) <= WORTH * (check.cpu_ms ?? 0);
    });
    const fallback =
      remote?.preferred === true ? `server ${remote.name} was not used; ${remote.unusable}` : null;
    return { device: best ?? 'cpu', fallback };
  }
  if (asked === 'remote' && remote === null)
    return { device: 'cpu', fallback: 'a server was asked for; the policy names none for this model' };
  const why = asked === 'remote' ? (remote?.unusable ?? null) : unusable(checked(asked));
  if (why === null) return { device: asked, fallback: null };
  return { device: 'cpu', fallback: `${asked} was asked for; ${why}` };
}
