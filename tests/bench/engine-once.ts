/**
 * `node engine-once.ts PARTS FOLDER…`: one run of the engine on the files of the folders, in a process of its own. Prints what was measured,
 * as JSON. PARTS is `one-by-one` (each file is waited for, so that what the engine adds to decoding and running shows) or the number of engines
 * of a batch.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createEngine, type LocalEngine } from '../../electron/inference/create-engine.ts';
import { analyzeBatch } from '../../electron/services/analyze-batch.ts';
import { analyzePaths } from '../../electron/services/analyze-paths.ts';
import { openBatchFile } from '../../electron/services/batch-file.ts';

const [parts = '', folder = ''] = process.argv.slice(2);
const PACKS = resolve(import.meta.dirname, '../../models');
const MODEL = 'chest-adult';
const WARM = 10;
const open = (): LocalEngine => createEngine({ packsDirectory: PACKS, overreadVersion: 'bench' });

/** The most that a process held, in MB. */
function mostMb(pid: number | undefined): number | null {
  try {
    const line = readFileSync(`/proc/${pid}/status`, 'latin1').match(/VmHWM:\s+(\d+) kB/);
    return (Number(line?.[1]) * 1024) / 1e6;
  } catch {
    return null;
  }
}

async function oneByOne(): Promise<Record<string, unknown>> {
  const engine = open();
  const added: number[] = [];
  let first: number | null = null;
  for (const name of readdirSync(folder).toSorted()) {
    const began = performance.now();
    const { results } = await analyzePaths({
      paths: [join(folder, name)],
      engine,
      store: null,
      modelIds: [MODEL],
      device: 'cpu',
      stated: {},
      actor: 'operator',
      withMaps: false,
    });
    const took = performance.now() - began;
    const result = results[0]?.results[0];
    if (result === undefined || result.status === 'failed') throw new Error(`${name}: ${result?.reason}`);
    first ??= took;
    if (result.status === 'completed') added.push(took - result.timings_ms.decode - result.timings_ms.run);
  }
  const most = mostMb(engine.pid());
  await engine.close();
  return { first_ms: first, added_ms: added.slice(1), most_mb: most };
}

async function batch(count: number): Promise<Record<string, unknown>> {
  const directory = mkdtempSync(join(tmpdir(), 'overread-bench-lines-'));
  const lines = openBatchFile(join(directory, 'lines.ndjson'));
  const engines = Array.from({ length: count }, open);
  const request = { modelIds: [MODEL], device: 'cpu', stated: {} } as const;
  // Started, and their code compiled: an archive is of more than 100 images, and of it the start is nothing.
  const paths = readdirSync(folder)
    .slice(0, WARM)
    .map((name) => join(folder, name));
  await Promise.all(
    engines.map((engine) =>
      analyzePaths({ ...request, paths, engine, store: null, actor: 'operator', withMaps: false }),
    ),
  );
  const began = performance.now();
  const sum = await analyzeBatch({ ...request, paths: [folder], engines, lines, shard: { index: 1, of: 1 } });
  const seconds = (performance.now() - began) / 1000;
  for (const engine of engines) await engine.close();
  lines.close();
  rmSync(directory, { recursive: true });
  return { seconds, done: sum.completed + sum.abstained };
}

process.stdout.write(JSON.stringify(parts === 'one-by-one' ? await oneByOne() : await batch(Number(parts))));
