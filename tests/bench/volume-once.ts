/** `node volume-once.ts FILES PACKS`: what `analyze` does with a stack, start of the processes included; prints its time, and the engine's highest resident memory. */
import { readFileSync } from 'node:fs';
import { createEngine } from '../../electron/inference/create-engine.ts';
import { analyzePaths } from '../../electron/services/analyze-paths.ts';

const began = performance.now();
const [files = '', packs = ''] = process.argv.slice(2);
const engine = createEngine({ packsDirectory: packs, overreadVersion: 'bench' });
let peak_mb = 0;
const peakOf = (pid: number | undefined): number => {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    return (Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024) / 1e6;
  } catch {
    // No such file system here, or no engine yet.
    return 0;
  }
};
const { results, refused } = await analyzePaths({
  paths: [files],
  engine,
  store: null,
  modelIds: null,
  device: 'cpu',
  stated: {},
  actor: 'operator',
  withMaps: true,
  onStudy: () => {
    peak_mb = peakOf(engine.pid());
  },
});
await engine.close();
const [result] = results.flatMap((study) => study.results);
const own_mb = peakOf(process.pid);
process.stdout.write(
  JSON.stringify({
    ...result,
    refused: refused.length,
    seconds: (performance.now() - began) / 1000,
    peak_mb,
    own_mb,
  }),
);
