import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { loadPack } from '../../electron/inference/load-pack.ts';
import { signatureOf } from '../../electron/inference/remote-session.ts';
import { openSession } from '../../electron/inference/session.ts';
import { openRemoteModel } from '../../electron/network/open-inference/open-remote-model.ts';
import type { BenchRow } from './bench-row.ts';
import { quantile } from './quantile.ts';

const RUNS = 40;
/** As the aim of the engine's own overhead. */
const MOST_MS = 10;

async function median(run: () => Promise<unknown>): Promise<number> {
  const spent: number[] = [];
  for (let at = 0; at < RUNS + 5; at++) {
    const began = performance.now();
    await run();
    // The first runs warm both sides.
    if (at >= 5) spent.push(performance.now() - began);
  }
  return quantile(spent, 0.5);
}

/**
 * What the way to a server costs: one image of `chest-adult` on a server on this machine that runs the same onnxruntime, beside the same run
 * in this process. A network between the two comes on top.
 */
export async function run(): Promise<BenchRow[]> {
  const pack = loadPack(resolve(import.meta.dirname, '../../models/chest-adult'));
  const local = await openSession(pack, 'cpu');
  const input = new Float32Array(pack.manifest.input.shape.reduce((a, b) => a * b, 1)).map(
    (_, at) => (at % 251) / 250,
  );
  const rows: BenchRow[] = [];
  for (const encoding of ['binary', 'json'] as const) {
    const path = join(pack.directory, pack.manifest.weights.file);
    const script = join(import.meta.dirname, 'remote-server.ts');
    const child = spawn(process.execPath, [script, encoding, 'm', path], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [url] = (await once(child.stdout, 'data')) as [Buffer];
    const address = {
      name: 'bench',
      url: url.toString('utf8').trim(),
      allowPlainHttp: false,
      timeoutMs: 20_000,
      maxBatch: 1,
      maxResponseMiB: 64,
      model: 'm',
      version: null,
    };
    const remote = await openRemoteModel(address, signatureOf(pack.manifest));
    const here = await median(() => local.run(input));
    const there = await median(() => remote.infer([input]));
    remote.close();
    child.stdin.end();
    rows.push({
      name: `remote: an image of chest-adult on a server here, tensors as ${encoding}`,
      ours: there,
      reference: here,
      unit: 'ms',
      ratio: there / here,
      aim: encoding === 'binary' ? `≤ +${MOST_MS} ms` : 'none',
      ok: encoding === 'binary' ? there - here <= MOST_MS : null,
    });
  }
  return rows;
}
