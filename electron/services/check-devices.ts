import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { devicesOf } from '../domain/devices.ts';
import { type DeviceCheck, type DeviceChecks, deviceChecksSchema } from '../shared/device-check.ts';
import type { CancelSignal, Clock, DeviceInspector, Engine, Store } from '../shared/ports.ts';

/** Where NVIDIA's driver for Linux says its version. */
const NVIDIA = '/proc/driver/nvidia/version';

function firstLine(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').split('\n', 1)[0]?.trim() ?? null;
  } catch {
    return null;
  }
}

/**
 * What the answers of a self-test hold for. Drivers other than NVIDIA's on Linux do not say their version to a program like this one; the
 * version of the system's kernel stands for them, with which they come.
 */
export function deviceEnvironment(build: string): string {
  const driver = process.platform === 'linux' ? firstLine(NVIDIA) : null;
  const parts = [
    `${process.platform}-${process.arch}`,
    `system ${release()}`,
    `node ${process.versions.node}`,
    `overread ${build}`,
  ];
  return [...parts, ...(driver === null ? [] : [driver])].join('; ');
}

const pathOf = (store: Pick<Store, 'directory'>): string => join(store.directory, 'devices.json');

/** The last self-test; null where there was none, or the file is none of ours. */
export function lastDeviceChecks(store: Pick<Store, 'directory'>): DeviceChecks | null {
  const text = firstLine(pathOf(store));
  if (text === null) return null;
  try {
    return deviceChecksSchema.parse(JSON.parse(text));
  } catch {
    // Worth nothing more than none: it is made anew.
    return null;
  }
}

/** Those of the last self-test that hold here and now; none where the machine or the build is another. */
export function validDeviceChecks(store: Pick<Store, 'directory'>, build: string): readonly DeviceCheck[] {
  const last = lastDeviceChecks(store);
  return last?.environment === deviceEnvironment(build) ? last.checks : [];
}

type Inspector = Pick<Engine, 'packs'> & DeviceInspector;

/** Whether a self-test is due: none holds here, or a model came that was not in it. */
export function areDeviceChecksDue(
  store: Pick<Store, 'directory'>,
  inspector: Inspector,
  build: string,
): boolean {
  const known = new Set(validDeviceChecks(store, build).map(({ model }) => model.sha256));
  return inspector.packs().some(({ weights, golden }) => golden.length > 0 && !known.has(weights.sha256));
}

/**
 * The parity self-test: every model's golden inputs on every device of this platform, beside the CPU. A device that does not start is told so
 * by the first model, and is not tried with the others. Kept in the data folder.
 *
 * @throws Cancelled; then the last self-test stays.
 */
export async function checkDevices(request: {
  readonly store: Pick<Store, 'directory'>;
  readonly inspector: Inspector;
  readonly clock: Clock;
  readonly build: string;
  readonly signal?: CancelSignal;
  /** Checks that are done, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
}): Promise<DeviceChecks> {
  const { store, inspector, clock, build, signal, onProgress } = request;
  const devices = devicesOf(process.platform);
  const total = devices.length * inspector.packs().filter(({ golden }) => golden.length > 0).length;
  const checks: DeviceCheck[] = [];
  for (const device of devices) {
    let absent: DeviceCheck | null = null;
    for (const { id, version, weights, golden } of inspector.packs()) {
      if (golden.length === 0) continue;
      const model = { id, version, sha256: weights.sha256 };
      const check: DeviceCheck =
        absent === null ? await inspector.checkDevice(id, device, signal) : { ...absent, model };
      if (check.state === 'absent') absent = check;
      checks.push(check);
      onProgress?.(checks.length, total);
    }
  }
  const done = { environment: deviceEnvironment(build), at: clock.now(), checks };
  // By another name first: a kill leaves the last one or this one.
  writeFileSync(`${pathOf(store)}.new`, JSON.stringify(done), { mode: 0o600 });
  renameSync(`${pathOf(store)}.new`, pathOf(store));
  return done;
}
