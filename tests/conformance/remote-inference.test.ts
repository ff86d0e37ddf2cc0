import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { createEngine } from '../../electron/inference/create-engine.ts';
import { checkDevices } from '../../electron/services/check-devices.ts';
import { remotePolicySchema } from '../../electron/shared/remote.ts';
import { findPython } from '../fixtures/python.ts';

const packsDirectory = join(import.meta.dirname, '../../models');
const home = mkdtempSync(join(tmpdir(), 'overread-remote-conformance-'));
afterAll(() => rmSync(home, { recursive: true }));
const python = findPython(['numpy', 'onnxruntime']);

/** Starts the server in Python with every pack's own network; gives its port. */
async function startPython(encoding: string, models: Readonly<Record<string, string>>): Promise<string> {
  const named = Object.entries(models).map(([name, path]) => `${name}=${path}`);
  const script = join(import.meta.dirname, '../fixtures/inference_server.py');
  const child = spawn(python ?? '', [script, encoding, ...named], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.stdin.end());
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return port.toString('utf8').trim();
}

describe('every model of the build on a server in Python', () => {
  it.skipIf(python === null).each(['json', 'binary'])(
    'gives the CPU’s numbers and decisions on its golden cases, tensors as %s',
    async (encoding) => {
      const probe = createEngine({ packsDirectory, overreadVersion: '1' });
      const packs = probe.packs();
      await probe.close();
      const port = await startPython(
        encoding,
        Object.fromEntries(packs.map(({ id, weights }) => [id, join(packsDirectory, id, weights.file)])),
      );
      const remote = remotePolicySchema.parse({
        name: 'python',
        url: `http://127.0.0.1:${port}`,
        models: Object.fromEntries(packs.map(({ id, version }) => [`${id}@${version}`, { model: id }])),
      });
      const engine = createEngine({ packsDirectory, overreadVersion: '1', remote });
      onTestFinished(() => engine.close());
      const { checks } = await checkDevices({
        store: { directory: home },
        inspector: engine,
        clock: { now: () => '' },
        build: '1',
        devices: ['remote'],
      });
      for (const { model, largestDifference, cpu_ms, device_ms } of checks) {
        const [there, here] = [device_ms, cpu_ms].map((ms) => ms?.toFixed(1));
        process.stderr.write(
          `${encoding} ${model.id}: largest difference ${largestDifference}, ${there} ms there, ${here} ms here\n`,
        );
      }
      expect(checks.map(({ model, state, decisionFlips }) => [model.id, state, decisionFlips])).toEqual(
        packs.map(({ id }) => [id, 'same', 0]),
      );
    },
    120_000,
  );
});
