import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createEngine, type LocalEngine } from '../../inference/create-engine.ts';
import { nodeSpawner } from '../../inference/engine-child.ts';
import { validDeviceChecks } from '../../services/check-devices.ts';
import { packsOf } from '../../services/pack-places.ts';
import type { Policy } from '../../shared/policy.ts';
import type { ModelSwitch } from '../../shared/ledger-ports.ts';
import { openStore } from '../../store/open-store.ts';
import { product } from '../shared/product.ts';
import { readPolicy } from '../shared/read-policy.ts';
import type { CommandCall } from './command.ts';

/** Which models an administrator has stopped here; none where there are no data. */
export function switchesIn(directory: string): ModelSwitch[] {
  if (!existsSync(join(directory, 'overread.db'))) return [];
  const store = openStore({ directory });
  try {
    return store.ledger.switches();
  } finally {
    store.close();
  }
}

/** Work with the models' engine, on the packs of the build and of the data folder; its process is ended in any case. */
export async function withEngine<T>(
  call: Pick<CommandCall, 'data'>,
  work: (engine: LocalEngine) => Promise<T>,
  policy: Pick<Policy, 'models' | 'inference'> = readPolicy(call.data),
): Promise<T> {
  const { packs, version, bundles } = product();
  const engine = createEngine({
    packsDirectory: packs,
    installedDirectory: packsOf(call.data),
    policy: policy.models,
    remote: policy.inference.remote,
    overreadVersion: version,
    switches: () => switchesIn(call.data),
    deviceChecks: () => validDeviceChecks({ directory: call.data }, version),
    ...(bundles === null ? {} : { spawn: nodeSpawner(pathToFileURL(bundles.engine)) }),
  });
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}
