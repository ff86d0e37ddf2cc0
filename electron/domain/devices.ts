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

/** A device is worth its risk only where it is quicker: a driver's software emulation gives the same numbers ten times slower. */
const WORTH = 0.8;

export interface ChosenDevice {
  readonly device: Exclude<Device, 'auto'>;
  /** Why it is not the one that was asked for; null where it is, or none was asked for. */
  readonly fallback: string | null;
}

/**
 * The device on which a model runs. `auto`: the first of the platform's that gave the CPU's numbers in the self-test and was quicker, else
 * the CPU. One that was asked for by name runs only where the self-test found that it gives the CPU's numbers.
 *
 * @param checks Of this model's weights, from the last self-test; none where it was not tested.
 */
export function chooseDevice(asked: Device, platform: string, checks: readonly DeviceCheck[]): ChosenDevice {
  if (asked === 'cpu') return { device: 'cpu', fallback: null };
  const checked = (device: CheckedDevice): DeviceCheck | undefined =>
    checks.find((check) => check.device === device);
  if (asked === 'auto') {
    const best = devicesOf(platform).find((device) => {
      const check = checked(device);
      if (check?.state !== 'same') return false;
      return (check.device_ms ?? Infinity) <= WORTH * (check.cpu_ms ?? 0);
    });
    return { device: best ?? 'cpu', fallback: null };
  }
  const check = checked(asked);
  if (check?.state === 'same') return { device: asked, fallback: null };
  const why =
    check === undefined
      ? 'it has not been tested for this model; ‘overread verify’ tests it'
      : (check.reason ?? 'it cannot be used');
  return { device: 'cpu', fallback: `${asked} was asked for; ${why}` };
}
