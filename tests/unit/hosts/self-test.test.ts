import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { startSelfTest } from '../../../electron/hosts/shared/self-test.ts';
import { lastDeviceChecks } from '../../../electron/services/check-devices.ts';
import type { CheckedDevice, DeviceCheck } from '../../../electron/shared/device-check.ts';
import { remoteAddressOf, remotePolicySchema } from '../../../electron/shared/remote.ts';
import { testManifest } from '../../fixtures/test-pack.ts';

it('asks a server that was not there again, and the devices of this machine once', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'overread-self-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const golden = [{ input: 'a.png', expected: 'a.json' }];
  const manifest = testManifest('plain', new Uint8Array(4), { golden });
  const policy = remotePolicySchema.parse({
    name: 'gpu-1',
    url: 'https://gpu-1',
    models: { 'plain@1.2.3': { model: 'plain' } },
  });
  const address = remoteAddressOf(policy, manifest);
  if (address === null) throw new Error('The policy names the pack.');
  const asked: CheckedDevice[] = [];
  const inspector = {
    packs: () => [manifest],
    remoteAddress: () => address,
    isRemoteInDoubt: () => false,
    checkDevice(_id: string, device: CheckedDevice): Promise<DeviceCheck> {
      asked.push(device);
      const there = asked.filter((one) => one === 'remote').length > 2;
      return Promise.resolve({
        model: { id: 'plain', version: '1.2.3', sha256: manifest.weights.sha256 },
        device,
        state: device === 'remote' && there ? 'same' : 'absent',
        reason: null,
        largestDifference: null,
        decisionFlips: null,
        cpu_ms: null,
        device_ms: null,
        ...(device === 'remote' ? { remote: { ...address, server: null } } : {}),
      });
    },
  };
  const clock = { now: () => '2026-01-01T00:00:00.000Z' };
  const selfTest = startSelfTest(
    { store: { directory }, inspector, clock, build: '1' },
    () => undefined,
    0,
    5,
  );
  await vi.waitFor(() => {
    const last = lastDeviceChecks({ directory })?.checks.find(({ device }) => device === 'remote');
    expect(last?.state).toBe('same');
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  await selfTest.close();
  const local = asked.filter((device) => device !== 'remote');
  expect(asked.length - local.length).toBe(3);
  expect(new Set(local).size).toBe(local.length);
});
