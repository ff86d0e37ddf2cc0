import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { devicesOf } from '../domain/devices.ts';
import {
  type CheckedDevice,
  type DeviceCheck,
  type DeviceChecks,
  deviceChecksSchema,
  isTestOf,
} from '../shared/device-check.ts';
import type { PackManifest } from '../shared/pack.ts';
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

/** Models that can be tested: without a golden case nothing could be laid beside anything. */
function testable(inspector: Inspector): PackManifest[] {
  return inspector.packs().filter(({ golden }) => golden.length > 0);
}

/** A test on a server holds while it is the same address, and somebody answered. */
function isRemoteDue(inspector: Inspector, checks: readonly DeviceCheck[]): boolean {
  return testable(inspector).some(({ id, weights }) => {
    const address = inspector.remoteAddress(id);
    if (address === null) return false;
    const last = checks.find((check) => check.model.sha256 === weights.sha256 && isTestOf(check, address));
    const stands = last?.state === 'same' || last?.state === 'differs';
    return !stands || inspector.isRemoteInDoubt();
  });
}

/** The devices whose self-test is due: all where none holds here, or a model came that was not in it; a server too that was not there the last time. */
export function dueDevices(
  store: Pick<Store, 'directory'>,
  inspector: Inspector,
  build: string,
): readonly CheckedDevice[] {
  const checks = validDeviceChecks(store, build);
  const local = checks.filter(({ device }) => device !== 'remote');
  const known = new Set(local.map(({ model }) => model.sha256));
  const isLocalDue = testable(inspector).some(({ weights }) => !known.has(weights.sha256));
  return [
    ...(isLocalDue ? devicesOf(process.platform) : []),
    ...(isRemoteDue(inspector, checks) ? (['remote'] as const) : []),
  ];
}

/** One device with every model that may run on it. One that is absent is told so by the first, and is not tried with the others. */
async function checkDeviceOnAll(
  inspector: Inspector,
  device: CheckedDevice,
  signal: CancelSignal | undefined,
): Promise<DeviceCheck[]> {
  const checks: DeviceCheck[] = [];
  let absent: DeviceCheck | null = null;
  for (const { id, version, weights } of testable(inspector)) {
    if (device === 'remote' && inspector.remoteAddress(id) === null) continue;
    const model = { id, version, sha256: weights.sha256 };
    const check: DeviceCheck =
      absent === null ? await inspector.checkDevice(id, device, signal) : { ...absent, model };
    // Of a server only one model may be absent, and the others there.
    if (check.state === 'absent' && device !== 'remote') absent = check;
    checks.push(check);
  }
  return checks;
}

/**
 * The parity self-test: every model's golden inputs on every device of this platform and on the server that the policy names, beside the CPU.
 * Kept in the data folder.
 *
 * @param request.devices Those to test; of the others the last answers stay. All unless told.
 * @throws Cancelled; then the last self-test stays.
 */
export async function checkDevices(request: {
  readonly store: Pick<Store, 'directory'>;
  readonly inspector: Inspector;
  readonly clock: Clock;
  readonly build: string;
  readonly devices?: readonly CheckedDevice[];
  readonly signal?: CancelSignal;
  /** Devices that are done, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
}): Promise<DeviceChecks> {
  const { store, inspector, clock, build, signal, onProgress } = request;
  const devices = request.devices ?? [...devicesOf(process.platform), 'remote' as const];
  const kept = validDeviceChecks(store, build).filter(({ device }) => !devices.includes(device));
  const checks: DeviceCheck[] = [...kept];
  for (const [index, device] of devices.entries()) {
    checks.push(...(await checkDeviceOnAll(inspector, device, signal)));
    onProgress?.(index + 1, devices.length);
  }
  const done = { environment: deviceEnvironment(build), at: clock.now(), checks };
  // By another name first: a kill leaves the last one or this one.
  writeFileSync(`${pathOf(store)}.new`, JSON.stringify(done), { mode: 0o600 });
  renameSync(`${pathOf(store)}.new`, pathOf(store));
  return done;
}
