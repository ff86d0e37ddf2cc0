import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dueDevices } from '../../../electron/services/check-devices.ts';
import { inferenceRecordSchema } from '../../../electron/shared/analysis.ts';
import { writeOnnx } from '../../fixtures/onnx-writer.ts';
import type { Fault, InferenceServer } from '../../fixtures/open-inference-server.ts';
import { writeTestImage } from '../../fixtures/test-image.ts';
import { PLAIN_GRAPH, SIZE } from '../../fixtures/test-pack.ts';
import {
  home,
  OTHER_WEIGHTS,
  openWorld,
  policyOf,
  said,
  serve,
  startServer,
  type World,
  world,
} from './remote-world.ts';

const images = [1, 2, 3, 4, 5].map((number) =>
  writeTestImage(join(home, `${number}.dcm`), {
    number,
    pixels: Uint16Array.from({ length: 32 * 32 }, (_, at) => (at * 7 * number) % 1000),
  }),
);
const [image] = images as [(typeof images)[0]];
const posts = (requests: readonly string[]): number =>
  requests.filter((line) => line.startsWith('POST')).length;

describe('a server that the policy names', () => {
  it('is used after it gave the CPU’s numbers, not before, and gives the result that this machine gives', async () => {
    const server = await startServer();
    const { engine, store, test, read } = world(policyOf(server));
    expect(dueDevices(store, engine, '1')).toContain('remote');
    const before = await read([image]);
    expect(before.record.runtime).toMatchObject({
      device: 'cpu',
      fallback: expect.stringMatching(/^server gpu-1 was not used; it has not been tested/),
    });
    expect(server.requests).toEqual([]);

    const [check] = await test();
    expect(check).toMatchObject({
      device: 'remote',
      state: 'same',
      largestDifference: 0,
      decisionFlips: 0,
      remote: { name: 'gpu-1', model: 'plain', server: { server: 'overread-test-server', version: '1' } },
    });
    expect(dueDevices(store, engine, '1')).not.toContain('remote');
    const after = await read([image]);
    const record = inferenceRecordSchema.parse(after.record);
    expect(record.result).toMatchObject({ status: 'completed', device: 'remote' });
    expect(record.runtime).toMatchObject({
      device: 'remote',
      threads: 0,
      precision: 'not stated by the server',
      onnxruntime: 'not run here',
      sentTo: 'gpu-1',
      remote: {
        name: 'gpu-1',
        model: 'plain',
        version: '1',
        server: 'overread-test-server',
        serverVersion: '2.0.1',
        platform: 'onnxruntime_onnx',
        encoding: 'binary',
      },
    });
    expect(record.runtime.fallback).toBeUndefined();
    expect(said(after)).toEqual(said(before));
  }, 60_000);

  it('runs several images of a study in one request where its model has a batch dimension', async () => {
    const server = await startServer();
    const remote = policyOf(server, { models: { 'plain@1.0.0': { model: 'many' } }, maxBatch: 3 });
    const { test, read } = world(remote);
    const here = await read(images, { device: 'cpu' });
    expect(await test()).toMatchObject([{ state: 'same' }]);
    // The golden case alone, and three times in one request.
    expect(posts(server.requests)).toBe(2);
    const there = await read(images);
    expect(there.record.runtime.device).toBe('remote');
    // A golden case at the beginning, three images, two images.
    expect(posts(server.requests)).toBe(2 + 1 + 2);
    expect(said(there)).toEqual(said(here));
  }, 60_000);

  it('that gives other numbers alone in a batch is not used', async () => {
    const server = await startServer();
    const { test } = world(policyOf(server, { models: { 'plain@1.0.0': { model: 'many' } } }));
    server.fault = (request, response, body) => {
      const json = JSON.parse(body.toString('latin1').replace(/\}[^}]*$/, '}') || '{}') as {
        inputs?: { shape: number[] }[];
      };
      if (request.method !== 'POST' || json.inputs?.[0]?.shape[0] === 1) return false;
      const outputs = ['mask', 'logit', 'map'].map((name) => {
        const many = json.inputs?.[0]?.shape[0] ?? 0;
        const shape = name === 'logit' ? [many, 1] : [many, 1, SIZE, SIZE];
        return {
          name,
          shape,
          datatype: 'FP32',
          data: Array.from({ length: shape.reduce((a, b) => a * b) }, () => 0),
        };
      });
      response.end(JSON.stringify({ model_name: 'many', outputs }));
      return true;
    };
    expect(await test()).toMatchObject([{ state: 'differs' }]);
  }, 60_000);

  it('with other weights is not used, and the record says why', async () => {
    const server = await startServer({ models: { plain: { onnx: writeOnnx(OTHER_WEIGHTS) } } });
    const { test, read } = world(policyOf(server));
    const [check] = await test();
    expect(check).toMatchObject({
      state: 'differs',
      decisionFlips: 1,
      reason: expect.stringMatching(/not the CPU’s|not the CPU's/),
    });
    const asked = server.requests.length;
    const { record } = await read([image], { device: 'remote' });
    expect(record.runtime).toMatchObject({
      device: 'cpu',
      fallback: expect.stringMatching(/^remote was asked for; its numbers are not the CPU's/),
    });
    expect(record.runtime.sentTo).toBeUndefined();
    expect(server.requests).toHaveLength(asked);
  }, 60_000);

  it('whose weights were exchanged after the test is noticed before an image goes there, and is tested again', async () => {
    const server = await startServer();
    const first = world(policyOf(server));
    await first.test();
    await server.replace('plain', writeOnnx(OTHER_WEIGHTS));
    const { record } = await first.read([image]);
    expect(record.runtime).toMatchObject({
      device: 'cpu',
      fallback: expect.stringMatching(
        /^server gpu-1 was asked; it no longer gives the golden cases of plain/,
      ),
    });
    expect(dueDevices(first.store, first.engine, '1')).toContain('remote');
    await server.replace('plain', writeOnnx(PLAIN_GRAPH));
    await first.test();
    expect(dueDevices(first.store, first.engine, '1')).not.toContain('remote');
    expect((await first.read([image])).record.runtime.device).toBe('remote');
  }, 60_000);

  it('of another version than was tested is not used until it is tested again', async () => {
    const server = await startServer();
    const { store, test } = world(policyOf(server));
    await test();
    server.version = '2.1.0';
    const { engine, read } = world(policyOf(server), store.directory);
    const { record } = await read([image]);
    expect(record.runtime).toMatchObject({
      device: 'cpu',
      fallback: expect.stringMatching(
        /^server gpu-1 was asked; it is another one than was tested: .*2\.0\.1.* before, .*2\.1\.0.* now/,
      ),
    });
    expect(dueDevices(store, engine, '1')).toContain('remote');
  }, 60_000);

  it('is not asked where the CPU is asked for, where it is not preferred, or for a version that is not named', async () => {
    const server = await startServer();
    const { store, test, read } = world(policyOf(server));
    await test();
    const asked = server.requests.length;
    expect((await read([image], { device: 'cpu' })).record.runtime.device).toBe('cpu');
    const shy = world(policyOf(server, { prefer: false }), store.directory);
    expect((await shy.read([image])).record.runtime).toMatchObject({ device: 'cpu' });
    expect((await shy.read([image])).record.runtime.fallback).toBeUndefined();
    const other = world(policyOf(server, { models: { 'plain@2.0.0': { model: 'plain' } } }), store.directory);
    expect((await other.read([image])).record.runtime.fallback).toBeUndefined();
    expect((await other.read([image], { device: 'remote' })).record.runtime.fallback).toBe(
      'a server was asked for; the policy names none for this model',
    );
    const none = world(null, store.directory);
    expect((await none.read([image], { device: 'remote' })).record.runtime.device).toBe('cpu');
    expect(server.requests).toHaveLength(asked);
    expect((await shy.read([image], { device: 'remote' })).record.runtime.device).toBe('remote');
  }, 60_000);

  it('gets nothing of an image that the model may not read', async () => {
    const server = await startServer();
    const { test, read } = world(policyOf(server));
    await test();
    const asked = server.requests.length;
    const hand = writeTestImage(join(home, 'hand.dcm'), { tags: { '00180015': ['CS', 'HAND'] } });
    const { record } = await read([hand]);
    expect(record.result.status).toBe('abstained');
    expect(record.runtime.sentTo).toBeUndefined();
    expect(server.requests).toHaveLength(asked);
  }, 60_000);

  it('that is not there is absent, and is due again', async () => {
    const server = await startServer();
    await server.close();
    const { engine, store, test, read } = world(policyOf(server));
    expect(await test()).toMatchObject([
      { state: 'absent', reason: expect.stringMatching(/^it is not there: Server gpu-1 cannot be reached/) },
    ]);
    expect(dueDevices(store, engine, '1')).toContain('remote');
    expect((await read([image])).record.result).toMatchObject({ status: 'completed', device: 'cpu' });
  }, 60_000);
});

const answers =
  (body: string, status = 200, headers: Record<string, string> = {}): Fault =>
  (request, response) => {
    if (request.method !== 'POST') return false;
    response.writeHead(status, headers);
    response.end(body);
    return true;
  };
const nonsense = (logit: object): string =>
  JSON.stringify({
    model_name: 'plain',
    outputs: [
      { name: 'mask', shape: [1, 1, SIZE, SIZE], datatype: 'FP32', data: Array(SIZE * SIZE).fill(0) },
      { name: 'map', shape: [1, 1, SIZE, SIZE], datatype: 'FP32', data: Array(SIZE * SIZE).fill(0) },
      { name: 'logit', shape: [1, 1], datatype: 'FP32', data: [0], ...logit },
    ],
  });

describe('a server that fails in the middle of its work', () => {
  let server: InferenceServer;
  let directory: string;
  let good: Awaited<ReturnType<World['read']>>;
  beforeAll(async () => {
    server = await serve();
    const { engine, store, test, read } = openWorld(policyOf(server));
    await test();
    good = await read([image]);
    directory = store.directory;
    await engine.close();
  });
  afterAll(() => server.close());

  it.each<[string, Fault, RegExp]>([
    ['says 503', answers('busy', 503), /status 503: busy/],
    ['hangs', (request) => request.method === 'POST', /no whole answer within 0\.5 s/],
    ['gives no number', answers(nonsense({}).replace('[0]', '[NaN]')), /no JSON/],
    ['gives another shape', answers(nonsense({ shape: [1, 2], data: [0, 0] })), /shape \[1, 2\]/],
    ['gives another type', answers(nonsense({ datatype: 'INT64' })), /as INT64/],
    ['breaks off', answers('{"model_name":"plain","outp'), /no JSON/],
    ['sends on', answers('', 307, { Location: 'http://127.0.0.1:1/' }), /sends on to another address/],
  ])(
    '%s: this machine does the work, the record says why, and it is left alone for a while',
    async (_, fault, words) => {
      server.fault = null;
      const { read } = world(policyOf(server, { timeoutMs: 500 }), directory);
      expect((await read([image])).record.runtime.device).toBe('remote');
      server.fault = fault;
      const { record, ...rest } = await read([image]);
      expect(record.result).toMatchObject({ status: 'completed', device: 'cpu' });
      expect(record.runtime.fallback).toMatch(/^server gpu-1 was asked; it /);
      expect(record.runtime.fallback).toMatch(words);
      // It had the image, or may have had it.
      expect(record.runtime.sentTo).toBe('gpu-1');
      expect(record.runtime.remote).toBeUndefined();
      expect(said({ record, ...rest })).toEqual(said(good));
      const asked = server.requests.length;
      server.fault = null;
      const next = await read([image]);
      expect(next.record.runtime.fallback).toMatch(/it failed a short while ago and is tried again later/);
      expect(next.record.runtime.sentTo).toBeUndefined();
      expect(server.requests).toHaveLength(asked);
    },
    60_000,
  );

  it('and hangs is left at once by whoever cancels', async () => {
    server.fault = null;
    const { engine, read } = world(policyOf(server, { timeoutMs: 60_000 }), directory);
    await read([image]);
    const hanging = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    server.fault = (request) => {
      request.socket.on('close', () => closed.resolve());
      hanging.resolve();
      return true;
    };
    const cancel = new AbortController();
    const reading = engine.analyze(
      { studyInstanceUID: '1', inputs: [image], stated: {}, modelIds: null, device: 'auto', withMaps: false },
      cancel.signal,
    );
    await hanging.promise;
    cancel.abort();
    await expect(reading).rejects.toMatchObject({ type: 'cancelled' });
    await closed.promise;
  }, 60_000);
});
