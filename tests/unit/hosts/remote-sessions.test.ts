import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRemoteSessions } from '../../../electron/hosts/engine/remote-sessions.ts';
import { loadPack } from '../../../electron/inference/load-pack.ts';
import { openSession } from '../../../electron/inference/session.ts';
import type { RemoteModel, RemoteServer } from '../../../electron/shared/remote.ts';
import { writeGoldenPack } from '../../fixtures/pack-with-golden.ts';

const home = mkdtempSync(join(tmpdir(), 'overread-remote-sessions-test-'));
afterAll(() => rmSync(home, { recursive: true }));
const pack = loadPack(writeGoldenPack(home, 'plain'));

const SERVER: RemoteServer = {
  name: 'gpu-1',
  model: 'plain',
  version: '1',
  server: 's',
  serverVersion: '1',
  platform: null,
  encoding: 'json',
};
const USE = {
  address: {
    name: 'gpu-1',
    url: 'https://gpu-1',
    allowPlainHttp: false,
    timeoutMs: 1000,
    maxBatch: 8,
    maxResponseMiB: 1,
    model: 'plain',
    version: null,
  },
  tested: SERVER,
};

/** A server that runs the pack's network here; counts what it is asked for, and can be made to fail. */
async function fakeServer() {
  const cpu = await openSession(pack, 'cpu');
  const counts = { opened: 0, closed: 0, inferred: 0 };
  const state = { fails: false, version: '1', shift: 0 };
  const open = (): Promise<RemoteModel> => {
    counts.opened += 1;
    return Promise.resolve({
      get server() {
        return { ...SERVER, version: state.version };
      },
      most: 1,
      async infer([input]) {
        counts.inferred += 1;
        if (state.fails) throw new Error('lost');
        const outputs = await cpu.run((input as Float32Array).slice());
        const shifted = [...outputs].map(
          ([name, { values, shape }]) =>
            [name, { values: values.map((one) => one + state.shift), shape }] as const,
        );
        return [new Map(shifted)];
      },
      close: () => void (counts.closed += 1),
    });
  };
  return { counts, state, open };
}

describe('a session on a server', () => {
  it('is looked at by the golden cases at the beginning and every ten minutes, not at each image', async () => {
    const { counts, state, open } = await fakeServer();
    let time = 0;
    const sessions = createRemoteSessions(open, () => time);
    const first = await sessions.session(pack, USE);
    expect(counts).toEqual({ opened: 1, closed: 0, inferred: 1 });
    await first.run(new Float32Array(256));
    time = 9 * 60_000;
    expect(await sessions.session(pack, USE)).toBe(first);
    expect(counts.opened).toBe(1);
    time = 10 * 60_000;
    await sessions.session(pack, USE);
    expect(counts).toEqual({ opened: 2, closed: 1, inferred: 3 });
    time = 21 * 60_000;
    state.shift = 0.01;
    await expect(sessions.session(pack, USE)).rejects.toMatchObject({ code: 'remote-goldens' });
    expect(counts.closed).toBe(counts.opened);
  });

  it('is opened and looked at anew after it failed', async () => {
    const { counts, state, open } = await fakeServer();
    const sessions = createRemoteSessions(open);
    const session = await sessions.session(pack, USE);
    state.fails = true;
    await expect(session.run(new Float32Array(256))).rejects.toThrow('lost');
    expect(counts.closed).toBe(1);
    state.fails = false;
    await sessions.session(pack, USE);
    expect(counts.opened).toBe(2);
  });

  it('that fails while it is looked at is told as it failed, once', async () => {
    const { counts, state, open } = await fakeServer();
    state.fails = true;
    let signs = 0;
    const several = {
      ...pack,
      manifest: { ...pack.manifest, golden: [...pack.manifest.golden, ...pack.manifest.golden] },
    };
    await expect(createRemoteSessions(open).session(several, USE, () => void signs++)).rejects.toThrow(
      'lost',
    );
    expect([counts.inferred, signs]).toEqual([1, 1]);
    state.fails = false;
    await createRemoteSessions(open).session(several, USE, () => void signs++);
    expect([counts.inferred, signs]).toEqual([3, 3]);
  });

  it('is refused where another version answers than was tested', async () => {
    const { counts, state, open } = await fakeServer();
    state.version = '2';
    await expect(createRemoteSessions(open).session(pack, USE)).rejects.toMatchObject({
      code: 'remote-changed',
      message: expect.stringMatching(/plain 1 on s 1\) before, .*plain 2 on s 1\) now/),
    });
    expect(counts.closed).toBe(1);
  });
});
