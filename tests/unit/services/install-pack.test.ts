import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ZipFile } from 'yazl';
import { createEngine, type LocalEngine } from '../../../electron/inference/create-engine.ts';
import { checkPack } from '../../../electron/services/check-pack.ts';
import { type InstallRequest, installPack } from '../../../electron/services/install-pack.ts';
import { makeKey, makePack } from '../../../electron/services/make-pack.ts';
import { packsOf } from '../../../electron/services/pack-places.ts';
import { PACK_LIMITS } from '../../../electron/services/pack-source.ts';
import { removePack } from '../../../electron/services/remove-pack.ts';
import { listPacks, verifyPacks } from '../../../electron/services/verify-packs.ts';
import { type ModelsPolicy, NO_MODELS_POLICY } from '../../../electron/shared/policy.ts';
import type { Store } from '../../../electron/shared/ports.ts';
import { writeOnnx } from '../../fixtures/onnx-writer.ts';
import { changeManifest, type PackOptions, writeGoldenPack } from '../../fixtures/pack-with-golden.ts';
import { PLAIN_GRAPH } from '../../fixtures/test-pack.ts';
import { temporaryFolder, temporaryStore } from '../store/parts.ts';

const OTHER_GRAPH = {
  ...PLAIN_GRAPH,
  constants: [
    { name: 'eight', shape: [1], values: [4] },
    { name: 'four', shape: [1], values: [2] },
  ],
};

interface World {
  readonly store: Store;
  readonly packs: LocalEngine;
  install(source: string, more?: Partial<InstallRequest>): ReturnType<typeof installPack>;
  /** What lies under the data folder's models, versions as `id/version`. */
  installed(): string[];
  audited(): object[];
}

/** A data folder and an engine on it. */
function world(options: { policy?: Partial<ModelsPolicy>; store?: Store; builtIn?: string } = {}): World {
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

const plain = (options: PackOptions = {}): string => writeGoldenPack(temporaryFolder(), 'plain', options);

async function zip(named: Readonly<Record<string, Uint8Array | string>>, mode = 0o100644): Promise<string> {
  const archive = new ZipFile();
  for (const [name, content] of Object.entries(named)) {
    archive.addBuffer(Buffer.from(content), name, { mode });
  }
  archive.end();
  const path = join(temporaryFolder(), 'x.overreadpack');
  await pipeline(archive.outputStream, createWriteStream(path));
  return path;
}

function contents(folder: string): Record<string, Uint8Array> {
  return Object.fromEntries(
    ['manifest.json', 'model.onnx', 'CARD.md', 'golden/halves.png', 'golden/halves.json'].map((name) => [
      name,
      readFileSync(join(folder, name)),
    ]),
  );
}

/** Changes bytes wherever `from` stands; both of one length. */
function tamper(path: string, from: string, to: string): void {
  writeFileSync(path, Buffer.from(readFileSync(path).toString('latin1').replaceAll(from, to), 'latin1'));
}

/** Refused with this code, in words that name the source and no inner folder, and nothing has changed. */
async function refused(
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

describe('a pack is refused', () => {
  it('that is not there, no pack, or has no manifest', async () => {
    const on = world();
    await refused(on, join(temporaryFolder(), 'nowhere'), 'no-such-path');
    const text = join(temporaryFolder(), 'text');
    writeFileSync(text, 'a letter');
    await refused(on, text, 'pack-kind');
    await refused(on, temporaryFolder(), 'pack-missing');
  });

  it('whose manifest breaks the schema, or speaks against itself', async () => {
    const on = world();
    const unknown = plain();
    changeManifest(unknown, (manifest) => ({ ...manifest, preprocess: [{ op: 'magic' }] }));
    expect(await refused(on, unknown, 'pack-manifest')).toContain(unknown);
    const contrary = plain();
    changeManifest(contrary, (manifest) => ({ ...manifest, floor: {} }));
    expect(await refused(on, contrary, 'pack-manifest')).toMatch(/floor has nothing for ‘Brightness’/);
    const climbing = plain();
    changeManifest(climbing, (manifest) => ({ ...manifest, id: '../../evil' }));
    await refused(on, climbing, 'pack-manifest');
    const long = plain();
    changeManifest(long, (manifest) => ({ ...manifest, id: 'a'.repeat(300) }));
    await refused(on, long, 'pack-manifest');
    const notJson = plain();
    writeFileSync(join(notJson, 'manifest.json'), '{');
    await refused(on, notJson, 'pack-manifest');
  }, 60_000);

  it('whose weights are not the named ones, or missing', async () => {
    const on = world();
    const changed = plain();
    const weights = readFileSync(join(changed, 'model.onnx'));
    weights[weights.length - 20] = (weights[weights.length - 20] ?? 0) ^ 1;
    writeFileSync(join(changed, 'model.onnx'), weights);
    await refused(on, changed, 'pack-hash');
    rmSync(join(changed, 'model.onnx'));
    await refused(on, changed, 'pack-missing');
  }, 60_000);

  it('whose operator set onnxruntime cannot run, or is not the stated one', async () => {
    const on = world();
    const weights = writeOnnx({ ...PLAIN_GRAPH, opset: 99 });
    const newer = plain({ weights });
    await refused(on, newer, 'pack-opset');
    changeManifest(newer, (manifest) => ({ ...manifest, weights: { ...manifest.weights, opset: 99 } }));
    expect(await refused(on, newer, 'pack-opset')).toMatch(/cannot run.*till opset \d+/);
  }, 60_000);

  it('whose weights are no model, or one that the manifest does not fit', async () => {
    const on = world();
    expect(await refused(on, plain({ weights: Buffer.from('no model at all') }), 'pack-opset')).toMatch(
      /no ONNX model/,
    );
    const other = plain();
    changeManifest(other, (manifest) => ({ ...manifest, input: { ...manifest.input, name: 'picture' } }));
    expect(await refused(on, other, 'pack-weights')).toMatch(/picture/);
  }, 60_000);

  it('without golden cases, or whose golden cases give something else here', async () => {
    const on = world();
    const none = plain();
    changeManifest(none, (manifest) => ({ ...manifest, golden: [] }));
    await refused(on, none, 'pack-golden-missing');
    expect(await refused(on, plain({ golden: { scores: { Brightness: 0.6 } } }), 'pack-golden')).toMatch(
      /1 of 1 golden cases .* do not reproduce.*differ by up to 0\.100/,
    );
    const lost = plain();
    rmSync(join(lost, 'golden/halves.json'));
    await refused(on, lost, 'pack-golden');
  }, 60_000);

  it('that holds a link or a pipe, in a folder or in an archive', async () => {
    const on = world();
    const linked = plain();
    symlinkSync('/etc/passwd', join(linked, 'golden/other.json'));
    await refused(on, linked, 'pack-link');
    const away = plain();
    cpSync(join(away, 'golden'), join(temporaryFolder(), 'g'), { recursive: true });
    rmSync(join(away, 'golden'), { recursive: true });
    symlinkSync(temporaryFolder(), join(away, 'golden'));
    await refused(on, away, 'pack-link');
    const piped = plain();
    execFileSync('mkfifo', [join(piped, 'pipe')]);
    await refused(on, piped, 'pack-link');
    await refused(on, await zip({ ...contents(plain()), link: '/etc/passwd' }, 0o120777), 'zip-link');
  }, 60_000);

  it.each([
    ['../evil', 'zip-path'],
    ['/evil.sh', 'zip-path'],
    ['a/../../b', 'zip-path'],
    ['a\\..\\..\\b', 'zip-path'],
    ['C:/evil', 'pack-file-name'],
    ['.bashrc', 'pack-file-name'],
    ['-rf', 'pack-file-name'],
    ['NUL.txt', 'pack-file-name'],
    ['a\u202eb', 'pack-file-name'],
    ['card.MD', 'pack-file-name'],
  ])(
    'with a file of the name %j: nothing is written anywhere',
    async (name, code) => {
      const on = world();
      const stand = 'x'.repeat(Buffer.byteLength(name));
      const path = await zip({ ...contents(plain()), [stand]: 'evil' });
      tamper(path, stand, Buffer.from(name).toString('latin1'));
      await refused(on, path, code);
      expect(existsSync(join(packsOf(on.store.directory), 'evil'))).toBe(false);
    },
    60_000,
  );

  it('that unfolds to far more than it is, has too much or too many, or is cut short', async () => {
    const on = world();
    await refused(on, await zip({ ...contents(plain()), bomb: Buffer.alloc(4 << 20) }), 'zip-ratio');
    const limits = { ...PACK_LIMITS, fileBytes: 200 };
    await refused(on, await zip(contents(plain())), 'too-large', { limits });
    await refused(on, plain(), 'pack-too-large', { limits });
    await refused(on, plain(), 'pack-too-large', { limits: { ...PACK_LIMITS, zipTotalBytes: 1000 } });
    await refused(on, plain(), 'pack-too-large', { limits: { ...PACK_LIMITS, zipEntries: 3 } });
    const cut = await zip(contents(plain()));
    writeFileSync(cut, readFileSync(cut).subarray(0, 900));
    await refused(on, cut, 'zip-damaged');
  }, 60_000);

  it('and a source that cannot be read changes nothing', async () => {
    const on = world();
    const folder = plain();
    chmodSync(join(folder, 'model.onnx'), 0o000);
    mkdirSync(join(folder, 'deep/er/and/deep/er/still'), { recursive: true });
    await refused(on, folder, 'pack-link');
  });
});

describe('a signed pack', () => {
  /** A key, and the policy that trusts it. */
  function keyed(requireSignature = false) {
    const key = makeKey(join(temporaryFolder(), 'key.pem'));
    const { keyId: id, publicKey } = key;
    return { key, policy: { trustedKeys: [{ id, publicKey }], requireSignature } };
  }

  async function signed(keyFile: string, options: PackOptions = {}): Promise<string> {
    const out = join(temporaryFolder(), 'plain.overreadpack');
    await makePack({ packs: world().packs, source: plain(options), out, keyFile });
    return out;
  }

  /** The archive's files as a folder. */
  function unpacked(path: string): string {
    const folder = temporaryFolder();
    execFileSync('python3', ['-m', 'zipfile', '-e', path, folder]);
    return folder;
  }

  it('is known by its key, in the list, in the audit trail and in the records', async () => {
    const { key, policy } = keyed(true);
    expect(statSync(key.path).mode & 0o777).toBe(0o600);
    const on = world({ policy });
    expect(await on.install(await signed(key.path))).toMatchObject({ signature: 'signed', keyId: key.keyId });
    expect(listPacks(on.packs)).toMatchObject([
      { signature: 'signed', keyId: key.keyId, origin: 'installed' },
    ]);
    expect(on.audited()).toMatchObject([{ signature: 'signed', keyId: key.keyId }]);
  }, 60_000);

  it('gives the same archive twice, and a key never goes over a file', async () => {
    const { key } = keyed();
    expect(readFileSync(await signed(key.path)).equals(readFileSync(await signed(key.path)))).toBe(true);
    expect(() => makeKey(key.path)).toThrow(/never written over/);
  }, 60_000);

  it('is refused when any file of it was changed, added or taken away, whatever the policy asks', async () => {
    const { key, policy } = keyed();
    const on = world({ policy });
    const whole = unpacked(await signed(key.path));
    const broken = (change: (folder: string) => void): string => {
      const folder = join(temporaryFolder(), 'pack');
      cpSync(whole, folder, { recursive: true });
      change(folder);
      return folder;
    };
    const changes: ((folder: string) => void)[] = [
      (folder) => changeManifest(folder, (manifest) => ({ ...manifest, floor: { Brightness: 0.4 } })),
      (folder) => appendFileSync(join(folder, 'CARD.md'), 'It is approved.'),
      (folder) => writeFileSync(join(folder, 'more.txt'), 'more'),
      (folder) => rmSync(join(folder, 'CARD.md')),
      (folder) => writeFileSync(join(folder, 'signature.json'), '{"keyId":1}'),
      (folder) => tamper(join(folder, 'signature.json'), '"signature": "', '"signature": "A'),
    ];
    for (const change of changes) await refused(on, broken(change), 'pack-signature');
    expect(await on.install(broken(() => {}))).toMatchObject({ signature: 'signed' });
  }, 120_000);

  it('is refused when another key signed it in the name of a trusted one', async () => {
    const [ours, theirs] = [keyed(), keyed()];
    const folder = unpacked(await signed(theirs.key.path));
    tamper(join(folder, 'signature.json'), theirs.key.keyId, ours.key.keyId);
    const on = world({ policy: ours.policy });
    expect(await refused(on, folder, 'pack-signature')).toMatch(/does not fit the key/);
  }, 60_000);

  it('by a key that nobody trusts, and an unsigned one, are marked, and refused where the policy asks for a signature', async () => {
    const { policy } = keyed(true);
    const stranger = keyed();
    const strict = world({ policy });
    const foreign = await signed(stranger.key.path);
    expect(await refused(strict, foreign, 'pack-signature')).toMatch(/does not trust/);
    expect(await refused(strict, plain(), 'pack-signature')).toMatch(/not signed/);
    const open = world();
    expect(await open.install(foreign)).toMatchObject({ signature: 'untrusted', keyId: stranger.key.keyId });
    expect(await open.install(plain({ version: '1.1.0' }))).toMatchObject({ signature: 'not-signed' });
    // The policy counts for what is there already, too.
    const later = world({ store: open.store, policy });
    expect(listPacks(later.packs).map(({ state, code }) => [state, code])).toEqual([
      ['refused', 'pack-signature'],
      ['refused', 'pack-signature'],
    ]);
    expect(later.packs.packs()).toEqual([]);
  }, 60_000);

  it('is refused on the shelf once a file of it is changed there', async () => {
    const { key, policy } = keyed();
    const on = world({ policy });
    await on.install(await signed(key.path));
    appendFileSync(join(packsOf(on.store.directory), 'plain/1.0.0/golden/halves.json'), ' ');
    expect(listPacks(on.packs)).toMatchObject([{ state: 'refused', code: 'pack-signature' }]);
  }, 60_000);

  it('cannot be made of a pack that would be refused, nor with a key of another kind', async () => {
    const out = join(temporaryFolder(), 'x.overreadpack');
    const { packs } = world();
    const bad = plain({ golden: { scores: { Brightness: 0.1 } } });
    await expect(makePack({ packs, source: bad, out, keyFile: null })).rejects.toMatchObject({
      code: 'pack-golden',
    });
    expect(existsSync(out)).toBe(false);
    const keyFile = join(temporaryFolder(), 'no-key.pem');
    writeFileSync(keyFile, 'no key');
    await expect(makePack({ packs, source: plain(), out, keyFile })).rejects.toMatchObject({ code: 'key' });
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
