import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { product } from '../../../electron/hosts/shared/product.ts';
import { deviceEnvironment } from '../../../electron/services/check-devices.ts';
import { analyzeReportSchema, type ModelResult } from '../../../electron/shared/analysis.ts';
import { batchLineSchema } from '../../../electron/shared/batch.ts';
import { errorReportSchema, verifyReportSchema } from '../../../electron/shared/command-line.ts';
import type { DeviceCheck } from '../../../electron/shared/device-check.ts';
import { replayReportSchema } from '../../../electron/shared/replay.ts';
import { openStore } from '../../../electron/store/open-store.ts';
import { type InferenceServer, startInferenceServer } from '../../fixtures/open-inference-server.ts';
import { makeCertificates } from '../../fixtures/test-certificates.ts';
import { document, overread, ROOT } from './overread-process.ts';

/** The real pack, its real network on the server, and one of its golden images as a file. */
const PACK = join(ROOT, 'models/chest-adult');
const { version, golden, weights } = JSON.parse(readFileSync(join(PACK, 'manifest.json'), 'utf8')) as {
  version: string;
  golden: { input: string }[];
  weights: { file: string; sha256: string };
};
const image = join(PACK, golden[0]?.input ?? '');
const FACTS = ['--modality', 'DX', '--body-part', 'CHEST', '--view', 'PA', '--age', '54'];

const home = mkdtempSync(join(tmpdir(), 'overread-remote-cli-test-'));
const data = join(home, 'data');
const policy = join(home, 'policy.json');
const env = { OVERREAD_POLICY: policy };
let server: InferenceServer;
beforeAll(async () => {
  openStore({ directory: data }).close();
  const certificates = makeCertificates(home);
  server = await startInferenceServer({
    models: { chest_adult: { onnx: readFileSync(join(PACK, weights.file)) } },
    tls: certificates.server,
  });
  const remote = {
    name: 'gpu-1',
    url: server.url,
    // Beside the policy.
    caFile: relative(home, certificates.caFile),
    models: {
      [`chest-adult@${version}`]: { model: 'chest_adult', version: '1' },
      'chest-adult@0.0.1': { model: 'x' },
    },
  };
  writeFileSync(policy, JSON.stringify({ inference: { remote } }));
});
afterAll(async () => {
  await server.close();
  rmSync(home, { recursive: true });
});

async function analyze(device: string, more: NodeJS.ProcessEnv = env): Promise<ModelResult> {
  const args = ['analyze', image, '--model', 'chest-adult', '--device', device, ...FACTS];
  const said = await overread([...args, '--data', data, '--json'], more);
  expect([said.exit, said.err]).toEqual([0, '']);
  const [study] = analyzeReportSchema.parse(document(said));
  return study?.results[0] as ModelResult;
}

async function replay(recordId: string | null) {
  const said = await overread(['replay', recordId ?? '', '--data', data, '--json'], env);
  return replayReportSchema.parse(document(said));
}

describe('a server in the policy', () => {
  it('is tested by verify with the real network, used by analyze, and told by replay', async () => {
    const verified = await overread(['verify', '--data', data, '--json'], env);
    expect(verified.exit).toBe(0);
    const { checks } = verifyReportSchema.parse(document(verified));
    const lines = checks.filter(({ name }) => name.startsWith('device remote'));
    expect(lines).toEqual([
      {
        name: 'device remote (gpu-1) for chest-adult',
        ok: true,
        detail: expect.stringMatching(
          /^as the CPU: largest difference 0\.00; .*gpu-1 \(chest_adult 1 on overread-test-server 2\.0\.1\), tensors as binary$/,
        ),
      },
      {
        name: 'device remote (gpu-1) for chest-adult@0.0.1',
        ok: true,
        detail: expect.stringMatching(/no such version runs here/),
      },
    ]);

    const there = await analyze('auto');
    const here = await analyze('cpu');
    expect([there.device, here.device]).toEqual(['remote', 'cpu']);
    expect(there.scores).toEqual(here.scores);
    expect(there.measurements).toEqual(here.measurements);
    const store = openStore({ directory: data });
    const entries = store.audit.list(2, 0).map(({ action, detail }) => ({ action, detail }));
    store.close();
    expect(entries).toMatchObject([
      { action: 'analyze', detail: { device: 'cpu', models: [{ id: 'chest-adult' }] } },
      { action: 'analyze', detail: { device: 'auto', models: [{ id: 'chest-adult', sentTo: 'gpu-1' }] } },
    ]);
    expect(JSON.stringify(entries[0])).not.toContain('sentTo');

    const written = join(home, 'lines.ndjson');
    const args = ['analyze', image, '--lines', written, '--model', `chest-adult@${version}`, ...FACTS];
    expect((await overread([...args, '--data', data], env)).exit).toBe(0);
    const line = batchLineSchema.parse(JSON.parse(readFileSync(written, 'utf8')));
    expect(line).toMatchObject({
      records: [{ model: { version }, runtime: { device: 'remote', sentTo: 'gpu-1' } }],
    });
    const again = openStore({ directory: data });
    expect(again.audit.list(2, 0)[1]?.detail).toMatchObject({ batch: { begun: true, server: 'gpu-1' } });
    again.close();

    expect(await replay(there.recordId)).toMatchObject({
      verdict: 'identical',
      environment: [],
      limits: [
        expect.stringMatching(
          /^The network was run again by server gpu-1 \(chest_adult 1 on .*cannot be seen from here/,
        ),
      ],
    });
    expect(await replay(here.recordId)).toMatchObject({ verdict: 'identical', limits: [] });
    await server.close();
    const alone = await replay(there.recordId);
    expect(alone).toMatchObject({
      verdict: 'identical',
      limits: [
        expect.stringMatching(
          /^Server gpu-1 .* ran the network for the record\. It was not asked again \(server gpu-1 was asked; it cannot be reached.*on this machine \(cpu\)/,
        ),
      ],
    });
    expect(alone.environment.map(({ where }) => where)).toEqual(
      expect.arrayContaining(['device', 'precision', 'threads', 'onnxruntime', 'server']),
    );
    const fallen = await analyze('auto');
    expect([fallen.device, fallen.scores]).toEqual(['cpu', here.scores]);
  }, 300_000);

  it('that makes no sense stops every command that could use it', async () => {
    const bad = join(home, 'bad.json');
    const told = async (remote: object): Promise<string> => {
      writeFileSync(bad, JSON.stringify({ inference: { remote } }));
      const said = await overread(['models', 'list', '--data', data, '--json'], { OVERREAD_POLICY: bad });
      return `${said.exit} ${errorReportSchema.parse(document(said)).error.message}`;
    };
    const good = { name: 'gpu-1', url: 'https://gpu-1.example', models: {} };
    expect(await told({ ...good, url: 'http://gpu-1.example' })).toMatch(
      /^3 .*inference\.remote: plain http goes to this machine only/,
    );
    expect(await told({ ...good, verify: false })).toMatch(/^3 .*verify/);
    expect(await told({ ...good, models: { 'chest-adult': { model: 'x' } } })).toMatch(/^3 .*models/);
    expect(await told({ ...good, models: { 'chest-adult@1.0.0': { model: '../x' } } })).toMatch(
      /^3 .*models/,
    );
  }, 60_000);
});

describe('without a server in the policy', () => {
  const log = join(home, 'sockets');
  /** Every attempt to reach an address or a name while commands ran, by them, their threads and their engines. */
  async function watched(run: (more: NodeJS.ProcessEnv) => Promise<unknown>): Promise<string[]> {
    rmSync(log, { force: true });
    const hook = pathToFileURL(join(ROOT, 'tests/fixtures/socket-watch.mjs')).href;
    await run({ NODE_OPTIONS: `--import ${hook}`, OVERREAD_SOCKETS: log });
    return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
  }
  const verify = (more: NodeJS.ProcessEnv) => overread(['verify', '--data', data, '--json'], more);

  /** As if the server had passed the test: then an analysis goes there. */
  function passTest(): void {
    const tested = { name: 'gpu-1', model: 'chest_adult', version: '1', server: 's', serverVersion: '1' };
    const check: DeviceCheck = {
      model: { id: 'chest-adult', version, sha256: weights.sha256 },
      device: 'remote',
      state: 'same',
      reason: null,
      largestDifference: 0,
      decisionFlips: 0,
      cpu_ms: 1,
      device_ms: 1,
      remote: {
        name: 'gpu-1',
        url: server.url,
        model: 'chest_adult',
        version: '1',
        maxBatch: 8,
        server: { ...tested, platform: null, encoding: 'json' },
      },
    };
    const environment = deviceEnvironment(product().version);
    writeFileSync(join(data, 'devices.json'), JSON.stringify({ environment, at: '', checks: [check] }));
  }

  it('no socket is opened, by the command or by its engine', async () => {
    const offline = await watched(async (more) => {
      const none = { ...more, OVERREAD_POLICY: '' };
      expect((await verify(none)).exit).toBe(0);
      await analyze('remote', none);
    });
    // The watch went along into the processes of the engine.
    expect(offline.filter((line) => line.startsWith('# fork')).length).toBeGreaterThan(1);
    expect(offline.filter((line) => !line.startsWith('#'))).toEqual([]);
    // With a server in the policy the same watch sees it (whether it is there or not).
    passTest();
    const online = await watched((more) => analyze('auto', { ...more, ...env }));
    expect(online).toContain(`connect 127.0.0.1:${server.port}`);
  }, 240_000);
});
