/** `node analyze-once.ts FOLDER`: what `analyze FOLDER` does, start of the processes included; prints the number of scores. */
import { resolve } from 'node:path';
import { createEngine } from '../../electron/inference/create-engine.ts';
import { analyzePaths } from '../../electron/services/analyze-paths.ts';

const began = performance.now();
const engine = createEngine({
  packsDirectory: resolve(import.meta.dirname, '../../models'),
  overreadVersion: 'bench',
});
const { results, refused } = await analyzePaths({
  paths: process.argv.slice(2),
  engine,
  store: null,
  modelIds: ['chest-adult'],
  device: 'cpu',
  stated: {},
  actor: 'operator',
  withMaps: false,
});
await engine.close();
const models = results.flatMap((study) => study.results);
const sum = (step: 'decode' | 'preprocess' | 'run' | 'postprocess'): number =>
  models.reduce((total, model) => total + model.timings_ms[step], 0);
process.stdout.write(
  JSON.stringify({
    scores: models.flatMap((model) => model.scores).length,
    refused: refused.length,
    inside_ms: performance.now() - began,
    decode: sum('decode'),
    preprocess: sum('preprocess'),
    run: sum('run'),
    postprocess: sum('postprocess'),
  }),
);
