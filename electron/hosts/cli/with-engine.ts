import { pathToFileURL } from 'node:url';
import { createEngine, type LocalEngine } from '../../inference/create-engine.ts';
import { nodeSpawner } from '../../inference/engine-child.ts';
import { product } from '../shared/product.ts';

/** Work with the models' engine; its process is ended in any case. */
export async function withEngine<T>(work: (engine: LocalEngine) => Promise<T>): Promise<T> {
  const { packs, version, bundles } = product();
  const engine = createEngine({
    packsDirectory: packs,
    overreadVersion: version,
    ...(bundles === null ? {} : { spawn: nodeSpawner(pathToFileURL(bundles.engine)) }),
  });
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}
