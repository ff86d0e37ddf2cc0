import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packsOf } from '../../../electron/services/pack-places.ts';
import { PACK_LIMITS } from '../../../electron/services/pack-source.ts';
import { OverreadError } from '../../../electron/shared/errors.ts';
import { writeOnnx } from '../../fixtures/onnx-writer.ts';
import { changeManifest } from '../../fixtures/pack-with-golden.ts';
import { PLAIN_GRAPH } from '../../fixtures/test-pack.ts';
import { temporaryFolder } from '../store/parts.ts';
import { world, plain, zip, contents, tamper, refused } from './pack-world.ts';

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
    const zero = plain();
    changeManifest(zero, (manifest) => ({ ...manifest, version: '1.00.0' }));
    await refused(on, zero, 'pack-manifest');
    const reserved = plain();
    changeManifest(reserved, (manifest) => ({ ...manifest, id: 'con' }));
    await refused(on, reserved, 'pack-manifest');
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

  it('whose weights lie partly in another file, wherever in the model that is said', async () => {
    const on = world();
    const constants = (PLAIN_GRAPH.constants ?? []).map((one) =>
      one.name === 'four' ? { ...one, external: 'four.bin' } : one,
    );
    const folder = plain({ graph: { ...PLAIN_GRAPH, constants } });
    writeFileSync(join(folder, 'four.bin'), Buffer.from(Float32Array.of(4).buffer));
    expect(await refused(on, folder, 'pack-weights')).toMatch(/external data/);
  }, 60_000);

  it('without golden cases, or whose golden cases give something else here', async () => {
    const on = world();
    const none = plain();
    changeManifest(none, (manifest) => ({ ...manifest, golden: [] }));
    await refused(on, none, 'pack-golden-missing');
    expect(await refused(on, plain({ golden: { scores: { Brightness: 0.6 } } }), 'pack-golden')).toMatch(
      /1 of 1 golden cases .* do not reproduce.*differ by up to 0\.100/,
    );
    const huge = plain();
    const png = readFileSync(join(huge, 'golden/halves.png'));
    png.writeUInt32BE(100_000, 16);
    png.writeUInt32BE(100_000, 20);
    writeFileSync(join(huge, 'golden/halves.png'), png);
    expect(await refused(on, huge, 'pack-golden')).toMatch(/100000 × 100000 pixels is larger/);
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

  it('in whatever way its archive is damaged, or it is whole: 150 archives with bytes changed at random', async () => {
    const on = world();
    const folder = plain();
    const whole = readFileSync(await zip(contents(folder)));
    const content = on.packs.contentOf(folder);
    // A generator of ours (Park and Miller's), so that a failure comes again.
    let state = 20261126;
    const random = (below: number): number => {
      state = (state * 48271) % 2147483647;
      return state % below;
    };
    const codes = new Map<string, number>();
    for (let round = 0; round < 150; round++) {
      const bytes = Buffer.from(whole);
      // The directory at the end is short; half of the damage goes there.
      const from = round % 2 === 0 ? 0 : whole.length - 600;
      for (let change = 0; change <= random(3); change++) {
        bytes[from + random(whole.length - from)] = random(256);
      }
      const path = join(temporaryFolder(), 'x.overreadpack');
      writeFileSync(path, random(10) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes);
      const end = await on.install(path).then(
        ({ contentSha256 }) => {
          expect(contentSha256).toBe(content);
          return 'taken';
        },
        (thrown: unknown) => {
          expect([round, thrown]).toMatchObject([round, { type: 'refused' }]);
          return thrown instanceof OverreadError ? thrown.code : '';
        },
      );
      codes.set(end, (codes.get(end) ?? 0) + 1);
    }
    expect(codes.get('zip-damaged')).toBeGreaterThan(30);
    expect(on.installed().filter((name) => !name.startsWith('.'))).toEqual(
      codes.has('taken') ? ['plain/1.0.0'] : [],
    );
    expect(readdirSync(join(packsOf(on.store.directory), '.incoming'))).toEqual([]);
  }, 120_000);
});
