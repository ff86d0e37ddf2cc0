import { Cancelled, toOverreadError } from '../shared/errors.ts';
import { type CheckedDevice, type DeviceCheck, PARITY_TOLERANCE } from '../shared/device-check.ts';
import type { CancelSignal } from '../shared/ports.ts';
import type { RemoteAddress, RemoteServer } from '../shared/remote.ts';
import { createChildRunner, EngineDied } from './child-runner.ts';
import type { EngineSpawner } from './engine-child.ts';
import type { Parity } from './engine-protocol.ts';
import type { ShelvedPack } from './pack-shelf.ts';

function judged(model: DeviceCheck['model'], device: CheckedDevice, parity: Parity): DeviceCheck {
  const { largestDifference, decisionFlips, cpu_ms, device_ms } = parity;
  const numbers = { largestDifference, decisionFlips, cpu_ms, device_ms };
  if (largestDifference <= PARITY_TOLERANCE && decisionFlips === 0)
    return { model, device, state: 'same', reason: null, ...numbers };
  const flips =
    decisionFlips === 0
      ? ''
      : `, and ${decisionFlips} of ${parity.cases} golden cases reach another operating point`;
  const reason = `its numbers are not the CPU's: they differ by up to ${largestDifference.toPrecision(3)} (${PARITY_TOLERANCE} is allowed)${flips}`;
  return { model, device, state: 'differs', reason, ...numbers };
}

/**
 * Lays a device beside the CPU on a pack's golden inputs, in a process of its own: a driver may take the process down with it.
 *
 * @throws Cancelled.
 */
export async function checkDevice(
  parts: { readonly spawn: EngineSpawner; readonly timeoutMs: number },
  pack: ShelvedPack,
  { device, remote = null }: { readonly device: CheckedDevice; readonly remote?: RemoteAddress | null },
  signal?: CancelSignal,
): Promise<DeviceCheck> {
  const { directory, manifestSha256, manifest } = pack;
  const model = { id: manifest.id, version: manifest.version, sha256: manifest.weights.sha256 };
  const runner = createChildRunner(parts.spawn, parts.timeoutMs);
  const parities: Parity[] = [];
  const where = (server: RemoteServer | null): Pick<DeviceCheck, 'remote'> => {
    if (remote === null) return {};
    const { name, url, model: served, version, maxBatch } = remote;
    return { remote: { name, url, model: served, version, maxBatch, server } };
  };
  try {
    const runtime = await runner.run(
      {
        type: 'parity',
        pack: { directory, manifestSha256 },
        device,
        ...(remote === null ? {} : { remote: { address: remote, tested: null } }),
      },
      {
        onReply: (reply) => {
          if (reply.type === 'parity') parities.push(reply.parity);
        },
        onRestart: () => undefined,
      },
      signal,
    );
    const [parity] = parities;
    if (parity !== undefined) return { ...judged(model, device, parity), ...where(runtime.remote ?? null) };
    throw new EngineDied('The engine did not answer.');
  } catch (thrown) {
    const error = toOverreadError(thrown);
    if (error.type === 'cancelled') throw new Cancelled();
    const absent = error.code === 'device-absent';
    const reason = absent
      ? remote === null
        ? `it does not start here: ${error.message}`
        : `it is not there: ${error.message}`
      : `it failed in the self-test: ${error.message}`;
    const nothing = { largestDifference: null, decisionFlips: null, cpu_ms: null, device_ms: null };
    return { model, device, state: absent ? 'absent' : 'failed', reason, ...nothing, ...where(null) };
  } finally {
    await runner.close();
  }
}
