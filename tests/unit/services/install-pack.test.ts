import { appendFileSync, existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkPack } from '../../../electron/services/check-pack.ts';
import { packsOf } from '../../../electron/services/pack-places.ts';
import { removePack } from '../../../electron/services/remove-pack.ts';
import { listPacks, verifyPacks } from '../../../electron/services/verify-packs.ts';
import { writeGoldenPack } from '../../fixtures/pack-with-golden.ts';
import { temporaryFolder, temporaryStore } from '../store/parts.ts';
import { OTHER_GRAPH, world, plain, zip, contents, refused } from './pack-world.ts';

describe('installing a pack', () => {
  it('puts it in the data folder for its owner alone, runs it, and audits who, what and which bytes', async () => {
    const on = world();
    const done = await on.install(plain());
    expect(done).toMatchObject({
      id: 'plain',
      version: '1.0.0',
      status: 'installed',
      running: '1.0.0',
      signature: 'not-signed',
    });
    expect(done.goldens).toMatchObject([{ ok: true }]);
    expect(on.installed()).toEqual(['plain/1.0.0']);
    const place = join(packsOf(on.store.directory), 'plain/1.0.0');
    expect(
      [place, join(place, 'golden'), join(place, 'model.onnx')].map((path) => statSync(path).mode & 0o777),
    ).toEqual([0o700, 0o700, 0o600]);
    expect(on.packs.packs().map(({ id }) => id)).toEqual(['plain']);
    expect(on.audited()).toMatchObject([
      {
        action: 'install-model',
        actor: 'operator',
        id: 'plain',
        version: '1.0.0',
        sha256: done.sha256,
        manifestSha256: done.manifestSha256,
        contentSha256: done.contentSha256,
        signature: 'not-signed',
      },
    ]);
    expect(on.store.audit.verify().brokenAt).toBeNull();
  }, 60_000);

  it('takes an archive, of the files or of their folder, and the same again changes nothing', async () => {
    const on = world();
    const folder = plain();
    await on.install(await zip(contents(folder)));
    const inFolder = Object.entries(contents(folder)).map(([name, bytes]) => [`my-model/${name}`, bytes]);
    const again = await on.install(await zip(Object.fromEntries(inFolder)));
    expect(again).toMatchObject({ status: 'already-installed', running: '1.0.0' });
    expect((await on.install(folder)).status).toBe('already-installed');
    expect(on.audited()).toHaveLength(1);
  }, 60_000);

  it('keeps versions side by side; the newest runs, unless the policy pins one', async () => {
    const on = world();
    await on.install(plain({ version: '1.9.0' }));
    await on.install(plain({ version: '1.10.0', graph: OTHER_GRAPH }));
    expect(on.packs.packs().map(({ version }) => version)).toEqual(['1.10.0']);
    expect(on.packs.everyVersion().map(({ version }) => version)).toEqual(['1.10.0', '1.9.0']);
    expect((await verifyPacks(on.packs)).map(({ version, ok, runs }) => [version, ok, runs])).toEqual([
      ['1.10.0', true, true],
      ['1.9.0', true, false],
    ]);
    const pinned = world({ store: on.store, policy: { pinned: { plain: '1.9.0' } } });
    expect(pinned.packs.packs().map(({ version }) => version)).toEqual(['1.9.0']);
    const absent = world({ store: on.store, policy: { pinned: { plain: '3.0.0' } } });
    expect(absent.packs.packs()).toEqual([]);
    expect(listPacks(absent.packs)).toMatchObject([
      { state: 'refused', code: 'pack-pinned' },
      { state: 'ready', runs: false },
    ]);
  }, 60_000);

  it('refuses an older version unless it is asked for, and then the newer one goes on running', async () => {
    const on = world();
    await on.install(plain({ version: '2.0.0' }));
    expect(await refused(on, plain(), 'pack-downgrade')).toMatch(/2\.0\.0, which is newer than 1\.0\.0/);
    expect(await on.install(plain(), { allowOlder: true })).toMatchObject({
      status: 'installed',
      running: '2.0.0',
    });
  }, 60_000);

  it('refuses the same version with other content, also of a pack of the build', async () => {
    const builtIn = temporaryFolder();
    writeGoldenPack(builtIn, 'plain');
    const on = world({ builtIn });
    expect(await on.install(plain())).toMatchObject({ status: 'already-installed', signature: 'built-in' });
    expect(await refused(on, plain({ graph: OTHER_GRAPH }), 'pack-conflict')).toMatch(/other content/);
    expect(await on.install(plain({ version: '1.1.0', graph: OTHER_GRAPH }))).toMatchObject({
      running: '1.1.0',
    });
    expect(on.packs.packs().map(({ version }) => version)).toEqual(['1.1.0']);
  }, 60_000);

  it('gives way to the pack of a newer build that has its version with other content, and stays for replays', async () => {
    const on = world();
    const { sha256 } = await on.install(plain());
    const builtIn = temporaryFolder();
    writeGoldenPack(builtIn, 'plain', { graph: OTHER_GRAPH });
    const later = world({ store: on.store, builtIn });
    expect(listPacks(later.packs)).toMatchObject([
      { version: '1.0.0', origin: 'built-in', runs: true },
      { version: '1.0.0', origin: 'installed', runs: false, sha256 },
    ]);
    expect(later.packs.everyVersion().map(({ weights }) => weights.sha256)).toContain(sha256);
  }, 60_000);

  it('mends a pack whose files were damaged on the disk, and does not let an older one take its place in silence', async () => {
    const on = world();
    await on.install(plain());
    await on.install(plain({ version: '2.0.0' }));
    const weights = join(packsOf(on.store.directory), 'plain/2.0.0/model.onnx');
    appendFileSync(weights, 'x');
    expect(on.packs.packs()).toEqual([]);
    expect(listPacks(on.packs)).toMatchObject([
      { version: '2.0.0', state: 'refused', code: 'pack-hash', runs: true },
      { version: '1.0.0', state: 'ready', runs: false },
    ]);
    expect(await on.install(plain({ version: '2.0.0' }))).toMatchObject({
      status: 'installed',
      running: '2.0.0',
    });
  }, 60_000);

  it('of two at once does one, and both end well', async () => {
    const store = temporaryStore();
    const [one, other] = [world({ store }), world({ store })];
    const folder = plain();
    const ends = await Promise.all([one.install(folder), other.install(folder)]);
    expect(ends.map(({ status }) => status).toSorted()).toEqual(['already-installed', 'installed']);
    expect(one.audited()).toHaveLength(1);
    const [third, fourth] = await Promise.allSettled([
      one.install(plain({ version: '3.0.0' })),
      other.install(plain({ version: '3.0.0', graph: OTHER_GRAPH })),
    ]);
    const failed = [third, fourth].filter(({ status }) => status === 'rejected');
    expect(failed).toMatchObject([{ reason: { code: 'pack-conflict' } }]);
    expect(one.installed().filter((name) => name === 'plain/3.0.0')).toHaveLength(1);
  }, 60_000);
});

describe('checking a pack', () => {
  it('says what would be refused and what would make it better, and keeps nothing', async () => {
    const on = world();
    const good = await checkPack({ packs: on.packs, source: plain() });
    expect(good).toMatchObject({ ok: true, id: 'plain', code: null, goldens: [{ ok: true }] });
    expect(good.hints.join('\n')).toMatch(/three golden cases.*\n.*outOfDomain/);
    const folder = plain();
    appendFileSync(join(folder, 'model.onnx'), 'x');
    const bad = await checkPack({ packs: on.packs, source: folder });
    expect(bad).toMatchObject({ ok: false, code: 'pack-hash', goldens: [] });
    expect(bad.reason).toContain(join(folder, 'model.onnx'));
    expect(bad.hints[0]).toMatch(/model\.onnx has \d+ bytes and SHA-256 [0-9a-f]{64}/);
    expect(existsSync(packsOf(on.store.directory))).toBe(false);
  }, 60_000);
});

describe('removing a pack', () => {
  it('takes one version away and audits it; the next runs', async () => {
    const on = world();
    await on.install(plain());
    await on.install(plain({ version: '2.0.0' }));
    const remove = (named: string) =>
      removePack({ store: on.store, packs: on.packs, named, actor: 'operator' });
    expect(() => remove('plain')).toThrow(/plain@2\.0\.0, plain@1\.0\.0/);
    expect(remove('plain@2.0.0')).toEqual({ id: 'plain', version: '2.0.0', running: '1.0.0' });
    expect(() => remove('plain@2.0.0')).toThrow(expect.objectContaining({ code: 'model-unknown' }));
    expect(remove('plain')).toEqual({ id: 'plain', version: '1.0.0', running: null });
    expect(on.installed()).toEqual([]);
    expect(on.audited().slice(0, 2)).toMatchObject([
      { action: 'remove-model', id: 'plain', version: '1.0.0' },
      { action: 'remove-model', id: 'plain', version: '2.0.0' },
    ]);
    expect(() => remove('../..')).toThrow(expect.objectContaining({ code: 'model-unknown' }));
  }, 60_000);

  it('leaves a pack of the build alone, and takes a damaged one', async () => {
    const builtIn = temporaryFolder();
    writeGoldenPack(builtIn, 'plain');
    const on = world({ builtIn });
    const remove = (named: string) =>
      removePack({ store: on.store, packs: on.packs, named, actor: 'operator' });
    expect(() => remove('plain')).toThrow(expect.objectContaining({ code: 'pack-built-in' }));
    await on.install(plain({ version: '2.0.0' }));
    rmSync(join(packsOf(on.store.directory), 'plain/2.0.0/manifest.json'));
    expect(remove('plain')).toEqual({ id: 'plain', version: '2.0.0', running: '1.0.0' });
  }, 60_000);
});
