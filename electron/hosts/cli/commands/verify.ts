import { checkDevices } from '../../../services/check-devices.ts';
import { verifyPacks } from '../../../services/verify-packs.ts';
import { verifyStore } from '../../../services/verify-store.ts';
import type { DeviceCheck } from '../../../shared/device-check.ts';
import type { VerifyReport } from '../../../shared/command-line.ts';
import type { PackManifest } from '../../../shared/pack.ts';
import { type RemotePolicy, remoteWords } from '../../../shared/remote.ts';
import { product, systemClock } from '../../shared/product.ts';
import { readPolicy } from '../../shared/read-policy.ts';
import type { Command } from '../command.ts';
import { plainLine } from '../table.ts';
import { withEngine } from '../with-engine.ts';
import { requireData, withStore } from '../with-store.ts';

/** A device that is absent, or is not used for a model, is told and is no failure: the CPU does the work. */
function deviceLine({
  device,
  model,
  state,
  reason,
  remote,
  ...numbers
}: DeviceCheck): VerifyReport['checks'][number] {
  const { largestDifference, cpu_ms, device_ms } = numbers;
  const same = `as the CPU: largest difference ${largestDifference?.toPrecision(3)}; ${device_ms?.toFixed(1)} ms an image, the CPU ${cpu_ms?.toFixed(1)} ms`;
  const { server = null } = remote ?? {};
  const where = server === null ? '' : `; ${remoteWords(server)}, tensors as ${server.encoding}`;
  return {
    name: `device ${remote === undefined ? device : `${device} (${remote.name})`} for ${model.id}`,
    ok: true,
    detail: state === 'same' ? `${same}${where}` : `not used: ${reason}${where}`,
  };
}

/** A pack that the policy names and that does not run here is most likely a version that was replaced: its successor then runs here alone. */
function unknownRemoteLines(
  remote: RemotePolicy | null,
  packs: readonly PackManifest[],
): VerifyReport['checks'] {
  const running = new Set(packs.map(({ id, version }) => `${id}@${version}`));
  return Object.keys(remote?.models ?? {})
    .filter((named) => !running.has(named))
    .map((named) => ({
      name: `device remote (${remote?.name ?? ''}) for ${named}`,
      ok: true,
      detail: 'not used: no such version runs here; look at inference.remote.models of the policy',
    }));
}

export const verifyCommand: Command = {
  name: 'verify',
  usage: '',
  summary:
    "The installation's self-test: data folder, audit trail, files, every model against its goldens, and every device, and the server of the policy, against the CPU.",
  options: {},
  positionals: { min: 0, max: 0 },
  async run(call) {
    // A fresh installation has none yet, and is tested all the same; one that somebody named and that is not there is a mistake.
    if ((call.text('data') ?? process.env['OVERREAD_DATA'] ?? '') !== '') {
      requireData(call, 'nothing was verified');
    }
    const checks: VerifyReport['checks'] = [
      {
        name: 'build',
        ok: true,
        detail: `Overread ${product().version}, Node ${process.version}, ${process.platform}-${process.arch}`,
      },
    ];
    await withStore(call, async (store) => {
      checks.push({
        name: 'data folder',
        ok: true,
        detail: `${store.directory} opens (${store.encrypted ? 'encrypted' : 'not encrypted'})`,
      });
      checks.push(...(await verifyStore(store, { signal: call.signal })));
    });
    const policy = readPolicy(call.data);
    const { packs, devices, unknown } = await withEngine(call, async (engine) => ({
      unknown: unknownRemoteLines(policy.inference.remote, engine.packs()),
      packs: await verifyPacks(engine, { signal: call.signal }),
      devices: await checkDevices({
        store: { directory: call.data },
        inspector: engine,
        clock: systemClock,
        build: product().version,
        signal: call.signal,
      }),
    }));
    if (packs.length === 0) checks.push({ name: 'models', ok: false, detail: 'no model is installed' });
    for (const pack of packs) {
      const differences = `largest difference from Python's onnxruntime: score ${pack.maxScoreDifference}, output ${pack.maxOutputDifference}`;
      checks.push({
        name: pack.runs ? `model ${pack.id}` : `model ${pack.id} ${pack.version} (beside)`,
        ok: pack.ok,
        detail:
          pack.reason ?? `${pack.version} on ${pack.device}: ${pack.checks.length} goldens, ${differences}`,
      });
    }
    checks.push(...devices.checks.map(deviceLine), ...unknown);
    const ok = checks.every((check) => check.ok);
    const text = checks.map((check) =>
      plainLine(`${check.ok ? 'good' : 'BAD '}  ${check.name}: ${check.detail}`),
    );
    return { json: { ok, checks } satisfies VerifyReport, text: text.join('\n'), exit: ok ? 0 : 1 };
  },
};
