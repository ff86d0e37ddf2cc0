import type * as Dns from 'node:dns';
import { expect, it, vi } from 'vitest';
import { createExchanger } from '../../../electron/network/open-inference/http-exchange.ts';

/** A name server, or a hosts file, that leads this machine's own name elsewhere. */
vi.mock('node:dns', async (original) => ({
  ...(await original<typeof Dns>()),
  lookup: (_host: string, _options: object, callback: (error: null, addresses: object[]) => void) =>
    callback(null, [{ address: '10.255.255.1', family: 4 }]),
}));

it('plain http to a name of this machine goes nowhere else, wherever the name leads', async () => {
  const exchanger = createExchanger({
    name: 'gpu-1',
    url: 'http://localhost:1',
    allowPlainHttp: false,
    timeoutMs: 2000,
    maxBatch: 1,
    maxResponseMiB: 1,
  });
  await expect(exchanger.ask({ path: '/v2', mostBytes: 10 })).rejects.toMatchObject({
    code: 'remote-unreachable',
    message: expect.stringContaining('localhost leads to 10.255.255.1, which is not this machine'),
  });
});
