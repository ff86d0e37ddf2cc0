import { describe, expect, it } from 'vitest';
import type { ShelvedPack } from '../../../electron/inference/pack-shelf.ts';
import { createRemoteStanding } from '../../../electron/inference/remote-standing.ts';
import type { DeviceCheck } from '../../../electron/shared/device-check.ts';
import { Unavailable } from '../../../electron/shared/errors.ts';
import { remotePolicySchema } from '../../../electron/shared/remote.ts';
import { testManifest } from '../../fixtures/test-pack.ts';

const manifest = testManifest('plain', new Uint8Array(4));
const pack: ShelvedPack = { directory: '', manifest, manifestSha256: '', signature: null };
const policy = remotePolicySchema.parse({
  name: 'gpu-1',
  url: 'https://gpu-1',
  models: { 'plain@1.2.3': { model: 'served', version: '7' } },
});
const server = {
  name: 'gpu-1',
  model: 'served',
  version: '7',
  server: 's',
  serverVersion: '1',
  platform: null,
  encoding: 'json',
} as const;
const good: DeviceCheck = {
  model: { id: 'plain', version: '1.2.3', sha256: manifest.weights.sha256 },
  device: 'remote',
  state: 'same',
  reason: null,
  largestDifference: 0,
  decisionFlips: 0,
  cpu_ms: 1,
  device_ms: 2,
  remote: { name: 'gpu-1', url: 'https://gpu-1', model: 'served', version: '7', maxBatch: 8, server },
};
const failure = (code: string) => new Unavailable(code, 'Server gpu-1 hangs.');

describe('how the server stands', () => {
  it('it is used where the test was of this address and gave the same', () => {
    const at = (checks: DeviceCheck[], change: object = {}) =>
      createRemoteStanding({ ...policy, ...change }, () => checks).choiceFor(pack);
    expect(at([good])).toMatchObject({
      choice: { unusable: null },
      use: { tested: server, address: { model: 'served', version: '7' } },
    });
    for (const change of [{ url: 'https://gpu-2' }, { name: 'x' }, { maxBatch: 4 }])
      expect(at([good], change)).toMatchObject({
        choice: { unusable: expect.stringMatching(/not been tested/) },
        use: null,
      });
    const models = { 'plain@1.2.3': { model: 'served', version: '8' } };
    expect(at([good], { models })?.use).toBeNull();
    expect(at([{ ...good, state: 'differs', reason: 'it differs' }])).toMatchObject({
      choice: { unusable: 'it differs' },
      use: null,
    });
    expect(at([{ ...good, model: { ...good.model, sha256: 'other' } }])?.use).toBeNull();
    expect(at([good], { models: { 'plain@1.2.4': { model: 'served' } } })).toBeNull();
    expect(createRemoteStanding(null, () => [good]).choiceFor(pack)).toBeNull();
    expect(createRemoteStanding(policy, null).choiceFor(pack)?.use).toBeNull();
  });

  it('after a failure it rests, longer each time, until it works', () => {
    let time = 0;
    const standing = createRemoteStanding(
      policy,
      () => [good],
      () => time,
    );
    const rests = (): number => {
      const from = time;
      while (standing.choiceFor(pack)?.use === null) time += 1000;
      return (time - from) / 1000;
    };
    const seconds = [1, 2, 3, 4, 5].map(() => (standing.failed(failure('remote-timeout')), rests()));
    expect(seconds).toEqual([60, 120, 300, 600, 600]);
    standing.worked();
    standing.failed(failure('remote-timeout'));
    expect(standing.choiceFor(pack)?.choice.unusable).toBe(
      'it failed a short while ago and is tried again later: Server gpu-1 hangs.',
    );
    expect(rests()).toBe(60);
  });

  it('it is in doubt, until it is tested, where it answered otherwise than in the test', () => {
    const standing = createRemoteStanding(policy, () => [good]);
    standing.failed(failure('remote-timeout'));
    expect(standing.inDoubt()).toBe(false);
    standing.failed(failure('remote-goldens'));
    standing.failed(failure('remote-timeout'));
    expect(standing.inDoubt()).toBe(true);
    standing.tested();
    expect([standing.inDoubt(), standing.choiceFor(pack)?.use === null]).toEqual([false, false]);
  });
});
