import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  errorReportSchema,
  modelsCheckSchema,
  modelsFromMonaiSchema,
  modelsInstallSchema,
  modelsKeygenSchema,
  modelsListSchema,
  modelsPackSchema,
  modelsRemoveSchema,
  modelsVerifySchema,
} from '../../../electron/shared/command-line.ts';
import { openStore } from '../../../electron/store/open-store.ts';
import { writeGoldenPack } from '../../fixtures/pack-with-golden.ts';
import { PLAIN_GRAPH } from '../../fixtures/test-pack.ts';
import { temporaryFolder } from '../store/parts.ts';
import { document, overread } from './overread-process.ts';

const ONE_OUTPUT = { ...PLAIN_GRAPH, outputs: [{ name: 'logit', shape: [1, 1] }] };

describe('models', () => {
  it('from a folder to a signed file to an installed model and away again, a document each', async () => {
    const home = temporaryFolder();
    const data = ['--data', join(home, 'data'), '--json'];
    const folder = writeGoldenPack(home, 'plain');

    const checked = await overread(['models', 'check', folder, ...data]);
    expect([checked.exit, checked.err]).toEqual([0, '']);
    expect(modelsCheckSchema.parse(document(checked))).toMatchObject({
      ok: true,
      id: 'plain',
      version: '1.0.0',
    });

    const keyFile = join(home, 'key.pem');
    const key = modelsKeygenSchema.parse(
      document(await overread(['models', 'keygen', '--out', keyFile, '--json'])),
    );
    expect(readFileSync(keyFile, 'utf8')).toContain('PRIVATE KEY');
    expect(JSON.stringify(key)).not.toContain('PRIVATE');

    const out = join(home, 'plain.overreadpack');
    const packed = await overread(['models', 'pack', folder, '--out', out, '--key', keyFile, ...data]);
    expect(packed.exit).toBe(0);
    expect(modelsPackSchema.parse(document(packed))).toMatchObject({ path: out, keyId: key.keyId });

    // By the variable, so that the data folder holds no policy of its own.
    const policy = join(home, 'site.json');
    const trustedKeys = [{ id: key.keyId, publicKey: key.publicKey }];
    writeFileSync(policy, JSON.stringify({ models: { trustedKeys, requireSignature: true } }));
    const env = { OVERREAD_POLICY: policy };
    const unsigned = await overread(['models', 'install', folder, ...data], env);
    expect(unsigned.exit).toBe(1);
    expect(errorReportSchema.parse(document(unsigned)).error).toMatchObject({
      type: 'refused',
      code: 'pack-signature',
    });
    const installed = await overread(['models', 'install', out, ...data], env);
    expect([installed.exit, installed.err]).toEqual([0, '']);
    expect(modelsInstallSchema.parse(document(installed))).toMatchObject({
      status: 'installed',
      running: '1.0.0',
      signature: 'signed',
    });
    const again = await overread(['models', 'install', out, ...data], env);
    expect([again.exit, document(again)]).toMatchObject([0, { status: 'already-installed' }]);

    const listed = modelsListSchema.parse(document(await overread(['models', 'list', ...data], env)));
    expect(listed.find(({ id }) => id === 'plain')).toMatchObject({
      origin: 'installed',
      signature: 'signed',
      runs: true,
    });
    expect(listed.find(({ id }) => id === 'chest-adult')).toMatchObject({
      origin: 'built-in',
      signature: 'built-in',
    });
    const table = await overread(['models', 'list', '--data', join(home, 'data')]);
    expect(table.out).toMatch(
      new RegExp(`plain +1\\.0\\.0 +ready +yes +not signed by a trusted key \\(${key.keyId}\\)`),
    );
    const verified = await overread(['models', 'verify', 'plain@1.0.0', ...data], env);
    expect(modelsVerifySchema.parse(document(verified))).toMatchObject([
      { ok: true, runs: true, version: '1.0.0' },
    ]);

    const removed = await overread(['models', 'remove', 'plain@1.0.0', ...data], env);
    expect(removed.exit).toBe(0);
    expect(modelsRemoveSchema.parse(document(removed))).toEqual({
      id: 'plain',
      version: '1.0.0',
      running: null,
    });
    const gone = await overread(['models', 'remove', 'plain', ...data], env);
    expect([gone.exit, document(gone)]).toMatchObject([1, { error: { code: 'model-unknown' } }]);
    const store = openStore({ directory: join(home, 'data') });
    const trail = store.audit.list(10, 0).map(({ action, actor }) => `${action} by ${actor}`);
    store.close();
    expect(trail).toEqual(['remove-model by operator', 'install-model by operator']);
  }, 180_000);

  it('of three processes that install one pack at once, one does, and all end well', async () => {
    const home = temporaryFolder();
    const folder = writeGoldenPack(home, 'plain');
    const line = ['models', 'install', folder, '--data', join(home, 'data'), '--json'];
    const ends = await Promise.all([overread(line), overread(line), overread(line)]);
    expect(ends.map(({ exit, err }) => [exit, err])).toEqual(Array.from({ length: 3 }, () => [0, '']));
    const statuses = ends.map((said) => modelsInstallSchema.parse(document(said)).status);
    expect(statuses.toSorted()).toEqual(['already-installed', 'already-installed', 'installed']);
    const store = openStore({ directory: join(home, 'data') });
    expect(store.audit.list(10, 0).map(({ action }) => action)).toEqual(['install-model']);
    expect(store.audit.verify().brokenAt).toBeNull();
    store.close();
    expect(readdirSync(join(home, 'data/models/.incoming'))).toEqual([]);
  }, 120_000);

  it('check tells what would be refused by exit 1, in a document', async () => {
    const home = temporaryFolder();
    const folder = writeGoldenPack(home, 'plain', { golden: { scores: { Brightness: 0.9 } } });
    const said = await overread(['models', 'check', folder, '--data', join(home, 'data'), '--json']);
    expect(said.exit).toBe(1);
    expect(modelsCheckSchema.parse(document(said))).toMatchObject({ ok: false, code: 'pack-golden' });
    const words = await overread(['models', 'check', folder, '--data', join(home, 'data')]);
    expect(words.out).toMatch(/^It would be refused \(pack-golden\): 1 of 1 golden cases/);
    expect(words.out).toMatch(/^hint: /m);
  }, 120_000);

  it('from-monai gives the beginning of a pack and what is open, or every reason why not', async () => {
    const home = temporaryFolder();
    mkdirSync(join(home, 'configs'));
    writeFileSync(
      join(home, 'model.onnx'),
      readFileSync(join(writeGoldenPack(home, 'plain', { graph: ONE_OUTPUT }), 'model.onnx')),
    );
    const port = { num_channels: 1, dtype: 'float32' };
    const metadata = (spatial_shape: number[]): string =>
      JSON.stringify({
        version: '1.0.0',
        name: 'Bright',
        network_data_format: {
          inputs: { image: { ...port, type: 'image', modality: 'CR', spatial_shape, value_range: [0, 1] } },
          outputs: { pred: { ...port, type: 'logits', spatial_shape: [] } },
        },
      });
    const line = ['models', 'from-monai', home, '--out', join(home, 'out'), '--json'];
    writeFileSync(join(home, 'configs/metadata.json'), metadata([16, 16, 16]));
    const volume = await overread(line);
    expect([volume.exit, document(volume)]).toMatchObject([1, { error: { code: 'monai-unsupported' } }]);
    writeFileSync(join(home, 'configs/metadata.json'), metadata([16, 16]));
    const said = await overread(line);
    expect([said.exit, said.err]).toEqual([0, '']);
    expect(modelsFromMonaiSchema.parse(document(said))).toMatchObject({
      id: 'bright',
      path: join(home, 'out'),
    });
  }, 60_000);

  it('wrong use is exit 2', async () => {
    const data = ['--data', join(temporaryFolder(), 'data')];
    for (const line of [
      ['models', 'install'],
      ['models', 'install', 'a', 'b'],
      ['models', 'remove'],
      ['models', 'pack', 'folder'],
      ['models', 'pack', 'folder', '--out', 'x', '--key', ''],
      ['models', 'keygen'],
      ['models', 'from-monai', 'bundle'],
    ]) {
      expect([line, (await overread([...line, ...data])).exit]).toEqual([line, 2]);
    }
  }, 120_000);

  it.each([
    ['is not JSON', '{'],
    ['has a word that is not known', '{"models":{"requireSignatures":true}}'],
    ['has a key that is none', '{"models":{"trustedKeys":[{"id":"a","publicKey":"AAAA"}]}}'],
    [
      'has a key that signs nothing',
      `{"models":{"trustedKeys":[{"id":"a","publicKey":"${'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE'}"}]}}`,
    ],
  ])('nothing runs under a policy that %s: exit 3, and what to mend', async (_, text) => {
    const data = temporaryFolder();
    const policy = join(data, 'policy.json');
    writeFileSync(policy, text);
    const said = await overread(['models', 'list', '--data', data, '--json']);
    expect([said.exit, document(said)]).toMatchObject([
      3,
      { error: { code: 'policy', message: expect.stringContaining(policy) } },
    ]);
  });

  it('a policy that is named and not there is not passed over', async () => {
    const env = { OVERREAD_POLICY: join(temporaryFolder(), 'gone.json') };
    const said = await overread(['models', 'list', '--data', temporaryFolder(), '--json'], env);
    expect([said.exit, document(said)]).toMatchObject([3, { error: { code: 'policy' } }]);
  });
});
