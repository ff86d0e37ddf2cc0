import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { addressFault, isLoopbackAddress } from '../../../electron/network/open-inference/judge-address.ts';
import { openRemoteModel } from '../../../electron/network/open-inference/open-remote-model.ts';
import { saidByServer } from '../../../electron/network/open-inference/remote-fault.ts';
import type { RemoteAddress } from '../../../electron/shared/remote.ts';
import { writeOnnx } from '../../fixtures/onnx-writer.ts';
import { type InferenceServerOptions, startInferenceServer } from '../../fixtures/open-inference-server.ts';
import { makeCertificates } from '../../fixtures/test-certificates.ts';
import { PLAIN_GRAPH, SIZE } from '../../fixtures/test-pack.ts';

const home = mkdtempSync(join(tmpdir(), 'overread-trust-test-'));
afterAll(() => rmSync(home, { recursive: true }));
const certificates = makeCertificates(home);
const WANTED = { input: { name: 'image', shape: [1, 1, SIZE, SIZE] }, outputs: ['logit'] };

async function start(options: Partial<InferenceServerOptions> = {}) {
  const server = await startInferenceServer({
    models: { plain: { onnx: writeOnnx(PLAIN_GRAPH) } },
    ...options,
  });
  onTestFinished(() => server.close());
  return server;
}

function address(url: string, change: Partial<RemoteAddress> = {}): RemoteAddress {
  return {
    name: 'gpu-1',
    url,
    allowPlainHttp: false,
    timeoutMs: 5000,
    maxBatch: 8,
    maxResponseMiB: 4,
    model: 'plain',
    version: null,
    ...change,
  };
}

/** `opened`, or the code of what kept it from being opened. */
async function outcome(url: string, change: Partial<RemoteAddress> = {}): Promise<string> {
  try {
    (await openRemoteModel(address(url, change), WANTED)).close();
    return 'opened';
  } catch (thrown) {
    const { code, message } = thrown as Error & { code: string };
    return `${code}: ${message}`;
  }
}

describe('a server behind TLS', () => {
  it('is trusted by the authority of the policy, and by no other', async () => {
    const { url, requests } = await start({ tls: certificates.server });
    expect(await outcome(url, { caFile: certificates.caFile })).toBe('opened');
    expect(await outcome(url.replace('127.0.0.1', 'localhost'), { caFile: certificates.caFile })).toBe(
      'opened',
    );
    const before = requests.length;
    expect(await outcome(url)).toMatch(/^remote-tls: Server gpu-1 is not trusted/);
    expect(requests).toHaveLength(before);
  });

  it('of another name, or whose time is over, is not trusted', async () => {
    const { caFile } = certificates;
    const other = await start({ tls: certificates.otherHost });
    expect(await outcome(other.url, { caFile })).toMatch(/^remote-tls: .*(altnames|cert)/i);
    const expired = await start({ tls: certificates.expired });
    expect(await outcome(expired.url, { caFile })).toMatch(/^remote-tls: .*expired/);
    expect([...other.requests, ...expired.requests]).toEqual([]);
  });

  it('is not trusted the more for an environment that turns verification off', async () => {
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    onTestFinished(() => {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
    });
    const { url } = await start({ tls: certificates.server });
    expect(await outcome(url)).toMatch(/^remote-tls/);
    // That the variable does what it is known for, where nothing is said to the contrary.
    await expect(fetch(`${url}/v2/health/ready`)).resolves.toMatchObject({ status: 200 });
  });

  it('needs a caFile that is one', async () => {
    const { url } = await start({ tls: certificates.server });
    writeFileSync(join(home, 'no.pem'), 'hello');
    expect(await outcome(url, { caFile: join(home, 'no.pem') })).toMatch(/holds no certificate/);
    expect(await outcome(url, { caFile: join(home, 'gone.pem') })).toMatch(/gone\.pem cannot be read/);
  });

  it('that speaks none is told as that', async () => {
    const { url } = await start();
    expect(await outcome(url.replace('http:', 'https:'), { caFile: certificates.caFile })).toMatch(
      /^remote-/,
    );
  });
});

describe('the token', () => {
  const tokenFile = join(home, 'token');
  const put = (text: string, mode = 0o600): void => {
    writeFileSync(tokenFile, text);
    chmodSync(tokenFile, mode);
  };

  it('is read anew for each request, and is sent in its header alone', async () => {
    const { url, received } = await start({ tls: certificates.server, token: 'abc.DEF-1' });
    const { caFile } = certificates;
    put('abc.DEF-1\n');
    expect(await outcome(url, { caFile, tokenFile })).toBe('opened');
    const text = Buffer.concat(received.flat()).toString('latin1');
    expect(text.match(/abc\.DEF-1/g)?.length).toBe(
      text.match(/\r\nAuthorization: Bearer abc\.DEF-1\r\n/g)?.length,
    );
    put('another');
    const refused = await outcome(url, { caFile, tokenFile });
    expect(refused).toMatch(/status 401: not allowed: Bearer … The tokenFile/);
    expect(refused).not.toContain('another');
  });

  it('lies in a file that others cannot read, and is one', async () => {
    const { url, requests } = await start({ tls: certificates.server });
    const { caFile } = certificates;
    put('abc', 0o644);
    if (process.platform !== 'win32')
      expect(await outcome(url, { caFile, tokenFile })).toMatch(/^remote-token: .*by everybody.*chmod o-rwx/);
    for (const text of ['', 'two words', 'a\r\nX-More: 1', 'ä']) {
      put(text);
      expect(await outcome(url, { caFile, tokenFile })).toMatch(/^remote-token: .*holds no bearer token/);
    }
    expect(await outcome(url, { caFile, tokenFile: join(home, 'gone') })).toMatch(/cannot be read/);
    expect(requests).toEqual([]);
  });
});

describe('an address in the policy', () => {
  const judge = (url: string, change: Partial<RemoteAddress> = {}) => addressFault(address(url, change));

  it('is https, or plain http to this machine, or elsewhere where the policy says so in as many words', () => {
    expect(judge('https://gpu-1.example:8443/serving')).toBeNull();
    for (const url of [
      'http://localhost:8000',
      'http://127.0.0.1:8000',
      'http://127.9.9.9',
      'http://[::1]:8000',
    ])
      expect([url, judge(url)]).toEqual([url, null]);
    for (const url of [
      'http://gpu-1:8000',
      'http://10.0.0.1',
      'http://127.0.0.1.example',
      'http://localhost.example',
      'http://[::2]',
      'http://128.0.0.1',
    ]) {
      expect([url, judge(url)]).toEqual([url, expect.stringContaining('allowPlainHttp')]);
      expect(judge(url, { allowPlainHttp: true })).toBeNull();
      expect(judge(url, { allowPlainHttp: true, tokenFile: 'x' })).toMatch(
        /token does not travel over plain/,
      );
    }
    expect(judge('http://localhost', { tokenFile: 'x' })).toBeNull();
    expect(judge('http://localhost', { caFile: 'x' })).toMatch(/caFile belongs to https/);
  });

  it('holds no secret, no query and no other protocol', () => {
    expect(judge('https://me:secret@gpu-1')).toMatch(/user name or a password/);
    expect(judge('https://gpu-1/?a=1')).toMatch(/without \? and #/);
    expect(judge('https://gpu-1/v2')).toMatch(/must not end with \/v2/);
    expect(judge('ftp://gpu-1')).toMatch(/must begin with https/);
    expect(judge('gpu-1:8000')).toMatch(/must begin with https|is none/);
    expect(judge('//gpu-1')).toMatch(/is none/);
  });

  it('is looked at again where it is used', async () => {
    expect(await outcome('http://10.0.0.1:1')).toMatch(/^remote-unreachable: .*allowPlainHttp/);
  });

  it('knows this machine’s addresses', () => {
    expect(['127.0.0.1', '::1', '::ffff:127.0.0.1'].map(isLoopbackAddress)).toEqual([true, true, true]);
    expect(['10.0.0.1', '::2', '::ffff:10.0.0.1', '127.0.0.1.x'].map(isLoopbackAddress)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('what a server says', () => {
  it('becomes one short line without control characters and without the token', () => {
    expect(saidByServer('a\u001b[31m\r\n\u202eb\u2028c abc', 'abc')).toBe('a [31m b c …');
    expect(saidByServer('x'.repeat(500))).toHaveLength(201);
  });
});
