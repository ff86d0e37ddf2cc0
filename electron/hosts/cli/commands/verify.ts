import { checkDevices } from '../../../services/check-devices.ts';
import { verifyPacks } from '../../../services/verify-packs.ts';
import { verifyStore } from '../../../services/verify-store.ts';
import type { DeviceCheck } from '../../../shared/device-check.ts';
import type { VerifyReport } from '../../../shared/command-line.ts';
import { product, systemClock } from '../../shared/product.ts';
import type { Command } from '../command.ts';
import { plainLine } from '../table.ts';
import { withEngine } from '../with-engine.ts';
import { withStore } from '../with-store.ts';

/** A device that is absent, or is not used for a model, is told and is no failure: the CPU does the work. */
function deviceLine({
  device,
  model,
  state,
  reason,
  ...numbers
}: DeviceCheck): VerifyReport['checks'][number] {
  const { largestDifference, cpu_ms, device_ms } = numbers;
  const same = `as the CPU: largest difference ${largestDifference?.toPrecision(3)}; ${device_ms?.toFixed(1)} ms an image, the CPU ${cpu_ms?.toFixed(1)} ms`;
  return {
    name: `device ${device} for ${model.id}`,
    ok: true,
    detail: state === 'same' ? same : `not used: ${reason}`,
  };
}

export const verifyCommand: Command = {
  name: 'verify',
  usage: '',
  summary:
    "The installation's self-test: data folder, audit trail, files, every model against its goldens, and every device against the CPU.",
  options: {},
  positionals: { min: 0, max: 0 },
  async run(call) {
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
    const { packs, devices } = await withEngine(call, async (engine) => ({
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
    checks.push(...devices.checks.map(deviceLine));
    const ok = checks.every((check) => check.ok);
    const text = checks.map((check) =>
      plainLine(`${check.ok ? 'good' : 'BAD '}  ${check.name}: ${check.detail}`),
    );
    return { json: { ok, checks } satisfies VerifyReport, text: text.join('\n'), exit: ok ? 0 : 1 };
  },
};
