import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEngine } from '../../../electron/inference/create-engine.ts';
import { packsOf } from '../../../electron/services/pack-places.ts';
import { recoverStages } from '../../../electron/services/pack-stage.ts';
import { removePack } from '../../../electron/services/remove-pack.ts';
import type { Store } from '../../../electron/shared/ports.ts';
import { inStages, killWhen, startModels } from '../../crash/pack-kills.ts';
import { ended } from '../../crash/processes.ts';
import { writeGoldenPack } from '../../fixtures/pack-with-golden.ts';
import { temporaryFolder, temporaryStore } from '../store/parts.ts';

/** No process has it: above what Linux, macOS and Windows give. */
const DEAD = 2 ** 30;

function engineOn(store: Store) {
  const engine = createEngine({
    packsDirectory: temporaryFolder(),
    installedDirectory: packsOf(store.directory),
    overreadVersion: '9.9.9',
  });
  onTestFinished(() => engine.close());
  return engine;
}

function trail(store: Store): string[] {
  expect(store.audit.verify().brokenAt).toBeNull();
  return store.audit.list(50, 0).map(({ action }) => action);
}

function stages(store: Store): string[] {
  const incoming = join(packsOf(store.directory), '.incoming');
  return existsSync(incoming) ? readdirSync(incoming) : [];
}

/** A stage that a killed process left, with what it intended. */
function leftStage(store: Store, action: string, contentSha256: string | null, pid = DEAD): string {
  const stage = join(packsOf(store.directory), '.incoming', `${pid}-x`);
  mkdirSync(stage, { recursive: true });
  const detail = { operation: 'one', id: 'plain', version: '1.0.0', contentSha256 };
  writeFileSync(join(stage, 'intent.json'), JSON.stringify({ action, actor: 'operator', detail }));
  return stage;
}

describe('a process that was killed while it changed packs', () => {
  it('after the rename and before the audit entry: the entry is written, once', () => {
    const store = temporaryStore();
    const packs = engineOn(store);
    const folder = writeGoldenPack(temporaryFolder(), 'plain');
    const content = packs.contentOf(folder);
    leftStage(store, 'install-model', content);
    mkdirSync(join(packsOf(store.directory), 'plain'));
    renameSync(folder, join(packsOf(store.directory), 'plain/1.0.0'));
    recoverStages(store, packs);
    leftStage(store, 'install-model', content);
    recoverStages(store, packs);
    expect([trail(store), stages(store)]).toEqual([['install-model'], []]);
    expect(store.audit.list(1, 0)[0]?.detail).toMatchObject({ operation: 'one', recovered: true });
    leftStage(store, 'remove-model', content);
    recoverStages(store, packs);
    // It lies there still: nothing was removed.
    expect(trail(store)).toEqual(['install-model']);
  });

  it('and lingers, or whose number another has by now: its entry comes before that of the next change', () => {
    const store = temporaryStore();
    const packs = engineOn(store);
    const folder = writeGoldenPack(temporaryFolder(), 'plain');
    leftStage(store, 'install-model', packs.contentOf(folder), process.pid);
    mkdirSync(join(packsOf(store.directory), 'plain'));
    renameSync(folder, join(packsOf(store.directory), 'plain/1.0.0'));
    removePack({ store, packs, named: 'plain', actor: 'operator' });
    expect(trail(store)).toEqual(['remove-model', 'install-model']);
  });

  it('before the rename: nothing is installed, nothing audited, and what was copied is gone', () => {
    const store = temporaryStore();
    const packs = engineOn(store);
    const stage = leftStage(store, 'install-model', 'a'.repeat(64));
    writeGoldenPack(stage, 'plain');
    const broken = join(packsOf(store.directory), '.incoming', `${DEAD}-y`);
    mkdirSync(broken);
    writeFileSync(join(broken, 'intent.json'), '{"action":');
    const mine = join(packsOf(store.directory), '.incoming', `${process.pid}-z`);
    mkdirSync(mine);
    recoverStages(store, packs);
    expect([trail(store), stages(store)]).toEqual([[], [`${process.pid}-z`]]);
    expect(packs.onShelf()).toEqual([]);
  });

  it('in the middle of a removal: the entry is written', () => {
    const store = temporaryStore();
    leftStage(store, 'remove-model', 'a'.repeat(64));
    recoverStages(store, engineOn(store));
    expect(trail(store)).toEqual(['remove-model']);
  });
});

describe('kill -9 of `models install` and `models remove`', () => {
  it('leaves a pack whole or not at all, and each change audited once', async () => {
    const store = temporaryStore();
    const data = store.directory;
    const packs = engineOn(store);
    const folder = writeGoldenPack(temporaryFolder(), 'plain');
    const place = join(packsOf(data), 'plain/1.0.0');
    const moments: (() => boolean)[] = [
      () => inStages(data, 'pack'),
      () => inStages(data, 'plain/1.0.0'),
      () => inStages(data, 'intent.json'),
      () => existsSync(place),
    ];
    let killed = 0;
    for (const hasCome of moments) {
      if (await killWhen(startModels(data, ['install', folder]), hasCome)) killed += 1;
      // Whole or not at all.
      expect(packs.onShelf().every(({ error }) => error === null)).toBe(true);
      await ended(startModels(data, ['install', folder]));
      expect([packs.onShelf().length, stages(store)]).toEqual([1, []]);
      if (await killWhen(startModels(data, ['remove', 'plain']), () => inStages(data, 'intent.json')))
        killed += 1;
      expect(packs.onShelf().every(({ error }) => error === null)).toBe(true);
      await ended(startModels(data, ['remove', 'plain']));
      expect([packs.onShelf(), stages(store)]).toEqual([[], []]);
    }
    expect(killed).toBeGreaterThan(moments.length);
    const actions = trail(store);
    const count = (action: string): number => actions.filter((one) => one === action).length;
    expect([count('install-model'), count('remove-model')]).toEqual([moments.length, moments.length]);
  }, 240_000);
});
