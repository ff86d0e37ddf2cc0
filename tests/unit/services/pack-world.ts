import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { expect, onTestFinished } from 'vitest';
import { ZipFile } from 'yazl';
import { createEngine, type LocalEngine } from '../../../electron/inference/create-engine.ts';
import { type InstallRequest, installPack } from '../../../electron/services/install-pack.ts';
import { packsOf } from '../../../electron/services/pack-places.ts';
import { type ModelsPolicy, NO_MODELS_POLICY } from '../../../electron/shared/policy.ts';
import type { Store } from '../../../electron/shared/ports.ts';
import { type PackOptions, writeGoldenPack } from '../../fixtures/pack-with-golden.ts';
import { PLAIN_GRAPH } from '../../fixtures/test-pack.ts';
import { temporaryFolder, temporaryStore } from '../store/parts.ts';

export const OTHER_GRAPH = {
  ...PLAIN_GRAPH,
  constants: [
    { name: 'eight', shape: [1], values: [4] },
    { name: 'four', shape: [1], values: [2] },
  ],
};

export interface World {
  readonly store: Store;
  readonly packs: LocalEngine;
  install(source: string, more?: Partial<InstallRequest>): ReturnType<typeof installPack>;
  /** What lies under the data folder's models, versions as `id/version`. */
  installed(): string[];
  audited(): object[];
}

/** A data folder and an engine on it. */
export function world(
  options: { policy?: Partial<ModelsPolicy>; store?: Store; builtIn?: string } = {},
): World {
  const store = options.store ?? temporaryStore();
  const packs = createEngine({
    packsDirectory: options.builtIn ?? temporaryFolder(),
    installedDirectory: packsOf(store.directory),
    policy: { ...NO_MODELS_POLICY, ...options.policy },
    overreadVersion: '9.9.9',
  });
  onTestFinished(() => packs.close());
  const folder = packsOf(store.directory);
  return {
    store,
    packs,
    install: (source, more = {}) => installPack({ store, packs, source, actor: 'operator', ...more }),
    installed: () =>
      existsSync(folder)
        ? readdirSync(folder).flatMap((id) =>
            readdirSync(join(folder, id)).map((version) => `${id}/${version}`),
          )
        : [],
    audited: () =>
      store.audit
        .list(50, 0)
        .filter(({ action }) => action.endsWith('-model'))
        .map(({ action, actor, detail }) => ({ action, actor, ...detail })),
  };
}

export const plain = (options: PackOptions = {}): string =>
  writeGoldenPack(temporaryFolder(), 'plain', options);

export async function zip(
  named: Readonly<Record<string, Uint8Array | string>>,
  mode = 0o100644,
): Promise<string> {
  const archive = new ZipFile();
  for (const [name, content] of Object.entries(named)) {
    archive.addBuffer(Buffer.from(content), name, { mode });
  }
  archive.end();
  const path = join(temporaryFolder(), 'x.overreadpack');
  await pipeline(archive.outputStream, createWriteStream(path));
  return path;
}

export function contents(folder: string): Record<string, Uint8Array> {
  return Object.fromEntries(
    ['manifest.json', 'model.onnx', 'CARD.md', 'golden/halves.png', 'golden/halves.json'].map((name) => [
      name,
      readFileSync(join(folder, name)),
    ]),
  );
}

/** Changes bytes wherever `from` stands; both of one length. */
export function tamper(path: string, from: string, to: string): void {
  writeFileSync(path, Buffer.from(readFileSync(path).toString('latin1').replaceAll(from, to), 'latin1'));
}

/** Refused with this code, in words that name the source and no inner folder, and nothing has changed. */
export async function refused(
  on: World,
  source: string,
  code: string,
  more: Partial<InstallRequest> = {},
): Promise<string> {
  const before = on.installed();
  const error: unknown = await on.install(source, more).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ type: 'refused', code });
  const { message } = error as Error;
  expect(message).not.toContain('.incoming');
  expect(on.installed()).toEqual(before);
  expect(readdirSync(join(packsOf(on.store.directory), '.incoming'))).toEqual([]);
  return message;
}
