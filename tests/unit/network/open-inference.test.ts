import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPack } from '../../../electron/inference/load-pack.ts';
import { openSession } from '../../../electron/inference/session.ts';
import { openRemoteModel } from '../../../electron/network/open-inference/open-remote-model.ts';
import type { RemoteAddress, RemoteModel, RemoteTensor } from '../../../electron/shared/remote.ts';
import { writeOnnx } from '../../fixtures/onnx-writer.ts';
import {
  type InferenceServer,
  type InferenceServerOptions,
  startInferenceServer,
} from '../../fixtures/open-inference-server.ts';
import { BATCH_GRAPH, PLAIN_GRAPH, SIZE, writeTestPack } from '../../fixtures/test-pack.ts';

const home = mkdtempSync(join(tmpdir(), 'overread-remote-test-'));
afterAll(() => rmSync(home, { recursive: true }));

const WANTED = {
  input: { name: 'image', shape: [1, 1, SIZE, SIZE] },
  outputs: ['mask', 'logit', 'map'],
};
const MODELS = {
  plain: { onnx: writeOnnx(PLAIN_GRAPH) },
  many: { onnx: writeOnnx(BATCH_GRAPH), versions: ['1', '2'] },
};

async function start(options: Partial<InferenceServerOptions> = {}): Promise<InferenceServer> {
  const server = await startInferenceServer({ models: MODELS, ...options });
  onTestFinished(() => server.close());
  return server;
}

function address(server: Pick<InferenceServer, 'url'>, change: Partial<RemoteAddress> = {}): RemoteAddress {
  return {
    name: 'gpu-1',
    url: server.url,
    allowPlainHttp: false,
    timeoutMs: 5000,
    maxBatch: 8,
    maxResponseMiB: 4,
    model: 'plain',
    version: null,
    ...change,
  };
}

async function open(server: InferenceServer, change: Partial<RemoteAddress> = {}): Promise<RemoteModel> {
  const model = await openRemoteModel(address(server, change), WANTED);
  onTestFinished(() => model.close());
  return model;
}

/** Images that are not alike; values that float32 rounds. */
const image = (seed: number): Float32Array =>
  Float32Array.from({ length: SIZE * SIZE }, (_, at) => ((at * 37 + seed * 101) % 256) / 255);

async function onCpu(input: Float32Array): Promise<ReadonlyMap<string, RemoteTensor>> {
  const pack = loadPack(writeTestPack(join(home, 'packs'), 'plain'));
  const session = await openSession(pack, 'cpu');
  return session.run(input);
}

describe('a model on a server', () => {
  it.each([
    ['binary', true],
    ['json', false],
  ] as const)('gives the CPU’s numbers, tensors as %s', async (encoding, binary) => {
    const server = await start({ binary });
    const model = await open(server);
    const [outputs] = await model.infer([image(1)]);
    expect([...(outputs ?? [])].map(([name, { shape }]) => [name, shape])).toEqual([
      ['mask', [1, 1, SIZE, SIZE]],
      ['logit', [1, 1]],
      ['map', [1, 1, SIZE, SIZE]],
    ]);
    const expected = await onCpu(image(1));
    // The same runtime and weights on the same processor: not a bit differs on the way, in either encoding.
    for (const [name, { values }] of expected) expect(outputs?.get(name)?.values).toEqual(values);
    expect(model.server).toEqual({
      name: 'gpu-1',
      model: 'plain',
      version: '1',
      server: 'overread-test-server',
      serverVersion: '2.0.1',
      platform: 'onnxruntime_onnx',
      encoding,
    });
    expect(server.requests).toEqual([
      'GET /v2/health/ready',
      'GET /v2',
      'GET /v2/models/plain/ready',
      'GET /v2/models/plain',
      'POST /v2/models/plain/infer',
    ]);
  });

  it('is asked for by its version, below the prefix of the url', async () => {
    const server = await start({ prefix: '/serving/a' });
    const model = await open(server, { model: 'many', version: '1' });
    await model.infer([image(1)]);
    expect(model.server.version).toBe('1');
    expect(server.requests.at(-1)).toBe('POST /serving/a/v2/models/many/versions/1/infer');
    await expect(open(server, { model: 'many', version: '9' })).rejects.toMatchObject({
      code: 'remote-status',
      message: expect.stringMatching(
        /^Server gpu-1 answered .*versions\/9\/ready with status 404: .*no model many 9/,
      ),
    });
  });

  it('takes several images in one request where it has a batch dimension, each with its own answer', async () => {
    for (const binary of [true, false]) {
      const server = await start({ binary });
      const model = await open(server, { model: 'many', maxBatch: 3 });
      expect(model.most).toBe(3);
      const images = [image(1), image(2), image(3)];
      const answers = await model.infer(images);
      expect(server.requests.filter((line) => line.startsWith('POST'))).toHaveLength(1);
      for (const [at, input] of images.entries()) {
        const expected = await onCpu(input);
        for (const [name, { values, shape }] of expected)
          expect([answers[at]?.get(name)?.shape, [...(answers[at]?.get(name)?.values ?? [])]]).toEqual([
            shape,
            [...values],
          ]);
      }
      await expect(model.infer([...images, image(4)])).rejects.toThrow('4 images');
    }
    const server = await start();
    expect((await open(server)).most).toBe(1);
  });

  it('that chooses a version by itself is noticed when it chooses another', async () => {
    const server = await start();
    const model = await open(server, { model: 'many' });
    expect(model.server.version).toBeNull();
    await model.infer([image(1)]);
    expect(model.server.version).toBe('2');
    server.fault = (request, response) => {
      if (request.method !== 'POST') return false;
      const outputs = WANTED.outputs.map((name) => ({ name, shape: [1, 1], datatype: 'FP32', data: [1] }));
      response.end(JSON.stringify({ model_name: 'many', model_version: '3', outputs: shaped(outputs) }));
      return true;
    };
    await expect(model.infer([image(1)])).rejects.toMatchObject({ code: 'remote-changed' });
  });

  it('goes on over a connection that the server closed while nobody spoke', async () => {
    const server = await start();
    const model = await open(server);
    await model.infer([image(1)]);
    server.dropConnections();
    await expect(model.infer([image(2)])).resolves.toHaveLength(1);
  });
});

/** Whole outputs of the plain model, all zero, with what is laid over them. */
function shaped(outputs: readonly { name: string }[]): object[] {
  return outputs.map((output) => {
    const shape = output.name === 'logit' ? [1, 1] : [1, 1, SIZE, SIZE];
    return { ...output, shape, data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 0.5) };
  });
}

type Made = { name: string; shape: number[]; datatype: string; data?: unknown };
const GOOD = shaped(WANTED.outputs.map((name) => ({ name, datatype: 'FP32' }))) as Made[];
const but = (name: string, change: Partial<Made>): Made[] =>
  GOOD.map((output) => (output.name === name ? { ...output, ...change } : output));
const whole = (outputs: readonly Made[], more: object = {}): string =>
  JSON.stringify({ model_name: 'plain', model_version: '1', outputs, ...more });

describe('an answer that is not right', () => {
  it('is the server’s fault, said in words: what is taken is exactly what was asked for', async () => {
    const server = await start();
    const model = await open(server);
    const answer = async (body: string | Buffer, headers: Record<string, string | number> = {}) => {
      server.fault = (request, response) => {
        if (request.method !== 'POST') return false;
        response.writeHead(200, headers);
        response.end(body);
        return true;
      };
      return model.infer([image(1)]);
    };
    // The good one is taken, so each refusal below is for the change alone.
    await expect(answer(whole(GOOD))).resolves.toHaveLength(1);
    const python = { model_version: null, id: null, parameters: null };
    const outputs = GOOD.map((output) => ({ ...output, parameters: null }));
    await expect(answer(whole(outputs, python))).resolves.toHaveLength(1);
    const nested = but('logit', { data: [[0.5]] });
    await expect(answer(whole(nested))).resolves.toHaveLength(1);

    const bytes = Buffer.alloc(4);
    const behind = whole(
      but('logit', { data: undefined, parameters: { binary_data_size: 4 } } as Partial<Made>),
    );
    const binary = (value: number): [Buffer, Record<string, number>] => {
      bytes.writeFloatLE(value);
      return [
        Buffer.concat([Buffer.from(behind), bytes]),
        { 'Inference-Header-Content-Length': behind.length },
      ];
    };
    await expect(answer(...binary(1.5))).resolves.toHaveLength(1);

    const wrong: [string, string | Buffer, RegExp, Record<string, string | number>?][] = [
      [
        'shape',
        whole(but('logit', { shape: [1, 2], data: [1, 2] })),
        /logit in the shape \[1, 2\].*says \[1, 1\]/,
      ],
      ['rank', whole(but('logit', { shape: [1] })), /shape \[1\]/],
      ['huge shape', whole(but('logit', { shape: [1, 2 ** 40] })), /shape/],
      ['dtype', whole(but('logit', { datatype: 'FP16' })), /as FP16, not as FP32/],
      ['missing', whole(GOOD.slice(1)), /does not give output mask/],
      ['twice', whole([...GOOD, ...GOOD]), /twice/],
      ['too few', whole(but('map', { data: [1, 2] })), /2 values in output map, whose shape has 256/],
      ['too many', whole(but('logit', { data: [1, 2] })), /more values/],
      ['words', whole(but('logit', { data: ['1'] })), /no number/],
      ['null', whole(but('logit', { data: [null] })), /no number/],
      ['deep', whole(but('logit', { data: [[[[1]]]] })), /no number/],
      [
        'NaN',
        whole(GOOD).replace(
          '"logit","datatype":"FP32","shape":[1,1],"data":[0.5]',
          '"logit","datatype":"FP32","shape":[1,1],"data":[NaN]',
        ),
        /no JSON/,
      ],
      [
        'infinite',
        whole(GOOD).replace('"shape":[1,1],"data":[0.5]', '"shape":[1,1],"data":[1e999]'),
        /no finite numbers/,
      ],
      ['beyond float32', whole(but('logit', { data: [1e300] })), /no finite numbers/],
      ['NaN in bytes', ...swap(binary(Number.NaN), /no finite numbers/)],
      ['bytes missing', binary(1)[0].subarray(0, -1), /breaks off/, binary(1)[1]],
      ['bytes left over', Buffer.concat([binary(1)[0], bytes]), /4 bytes more/, binary(1)[1]],
      ['JSON length', whole(GOOD), /states a JSON of/, { 'Inference-Header-Content-Length': 1e9 }],
      ['other model', whole(GOOD, { model_name: 'other' }), /answered with other 1/],
      ['no protocol', '{"predictions":[]}', /not as the protocol says/],
      ['HTML', '<html>', /no JSON/],
      ['empty', '', /no JSON/],
      ['compressed', whole(GOOD), /compressed/, { 'Content-Encoding': 'gzip' }],
    ];
    for (const [what, body, words, headers] of wrong) {
      const refused = await answer(body, headers).then(
        () => `${what} was taken`,
        (error: Error) => error.message,
      );
      expect(refused, what).toMatch(words);
      expect(refused, what).toMatch(/^Server gpu-1 /);
    }
  });

  it.each([
    ['503', 503, { error: 'model is\u0007 loading' }, /status 503: model is loading$/],
    ['500 without words', 500, null, /status 500\.$/],
    [
      'the page of a proxy',
      401,
      '<html>Authorization Required</html>',
      /status 401\. The tokenFile of the policy/,
    ],
    ['a redirect', 302, null, /sends on to another address/],
    ['a permanent one', 308, null, /sends on to another address/],
  ])('%s is told as it is', async (_, status, said, words) => {
    const server = await start();
    const elsewhere = await start();
    const model = await open(server);
    server.fault = (_request, response) => {
      response.writeHead(status, { Location: `${elsewhere.url}/v2/models/plain/infer` });
      response.end(typeof said === 'string' ? said : said === null ? '' : JSON.stringify(said));
      return true;
    };
    await expect(model.infer([image(1)])).rejects.toThrow(words);
    expect(elsewhere.requests).toEqual([]);
  });

  it('that never comes, or drips, ends after the time that the policy gives', async () => {
    const server = await start();
    const model = await open(server, { timeoutMs: 300 });
    server.fault = () => true;
    const began = performance.now();
    await expect(model.infer([image(1)])).rejects.toMatchObject({
      code: 'remote-timeout',
      message: 'Server gpu-1 gave no whole answer within 0.3 s.',
    });
    server.fault = (_request, response) => {
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
      return true;
    };
    await expect(model.infer([image(1)])).rejects.toMatchObject({ code: 'remote-timeout' });
    expect(performance.now() - began).toBeLessThan(3000);
  });

  it('that is too long is broken off, whether it says so or not', async () => {
    const server = await start();
    const model = await open(server, { maxResponseMiB: 1 });
    let sent = 0;
    server.fault = (_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 32))) sent += 65_536;
        if (!response.destroyed) response.once('drain', more);
      };
      more();
      return true;
    };
    await expect(model.infer([image(1)])).rejects.toMatchObject({ code: 'remote-too-large' });
    expect(sent).toBeLessThan(64 * 1024 * 1024);
    server.fault = (_request, response) => {
      response.writeHead(200, { 'Content-Length': 2 ** 40 });
      response.flushHeaders();
      return true;
    };
    await expect(model.infer([image(1)])).rejects.toMatchObject({ code: 'remote-too-large' });
  });

  it('that breaks off in the middle is no answer', async () => {
    const server = await start();
    const model = await open(server);
    server.fault = (_request, response) => {
      response.writeHead(200, { 'Content-Length': 10_000 });
      response.write('{"model_name"');
      setTimeout(() => response.destroy(), 20);
      return true;
    };
    await expect(model.infer([image(1)])).rejects.toThrow(/broke its answer off|cannot be reached/);
  });

  it('to a question about server or model keeps it from being used', async () => {
    const server = await start();
    const json =
      (path: string, value: unknown): InferenceServer['fault'] =>
      (request, response) => {
        if (request.url !== path) return false;
        response.end(typeof value === 'string' ? value : JSON.stringify(value));
        return true;
      };
    const input = { name: 'image', datatype: 'FP32', shape: [-1, 1, SIZE, SIZE] };
    const outputs = WANTED.outputs.map((name) => ({ name, datatype: 'FP32', shape: [-1, 1] }));
    const model = (change: object): unknown => ({
      name: 'plain',
      platform: 'x',
      inputs: [input],
      outputs,
      ...change,
    });
    const tries: [string, unknown, RegExp][] = [
      ['/v2/health/ready', { live: false }, /not ready/],
      ['/v2/models/plain/ready', { name: 'plain', ready: false }, /not ready/],
      ['/v2', 'hello', /no JSON/],
      ['/v2', { version: '1' }, /not as the protocol says: name/],
      ['/v2/models/plain', model({ name: 'other' }), /answers for model other/],
      ['/v2/models/plain', model({ inputs: [] }), /no input image; it has none/],
      ['/v2/models/plain', model({ inputs: [input, { ...input, name: 'more' }] }), /2 inputs/],
      ['/v2/models/plain', model({ inputs: [{ ...input, datatype: 'UINT8' }] }), /is UINT8/],
      [
        '/v2/models/plain',
        model({ inputs: [{ ...input, shape: [1, 3, SIZE, SIZE] }] }),
        /has the shape \[1, 3, 16, 16\]/,
      ],
      ['/v2/models/plain', model({ outputs: outputs.slice(1) }), /no output mask; it has logit, map/],
    ];
    for (const [path, value, words] of tries) {
      server.fault = json(path, value);
      await expect(open(server), path).rejects.toThrow(words);
    }
    // A server whose metadata lists no extensions at all is asked in JSON.
    for (const more of [{}, { extensions: null }, { extensions: ['model_repository_extension'] }]) {
      server.fault = json('/v2', { name: 's', version: '1', ...more });
      expect((await open(server)).server.encoding).toBe('json');
    }
    server.fault = json('/v2/models/plain', model({ versions: null, platform: null }));
    expect((await open(server)).server).toMatchObject({ version: null, platform: null });
  });
});

describe('a server that is not there', () => {
  it('is told at once', async () => {
    const server = await start();
    await server.close();
    await expect(openRemoteModel(address(server), WANTED)).rejects.toMatchObject({
      type: 'unavailable',
      code: 'remote-unreachable',
      message: expect.stringMatching(/^Server gpu-1 cannot be reached: .*ECONNREFUSED/),
    });
  });
});

/** `[what, body, words, headers]` of an answer with its headers. */
function swap<B, H>([body, headers]: [B, H], words: RegExp): [B, RegExp, H] {
  return [body, words, headers];
}
