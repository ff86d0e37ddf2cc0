import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { checkDevice } from '../../../electron/inference/check-device.ts';
import { createEngine } from '../../../electron/inference/create-engine.ts';
import { type EngineChild, nodeSpawner } from '../../../electron/inference/engine-child.ts';
import { loadPack } from '../../../electron/inference/load-pack.ts';
import { largestDifference, parityOf } from '../../../electron/inference/parity.ts';
import { type ModelSession, openSession, type OutputTensor } from '../../../electron/inference/session.ts';
import {
  dueDevices,
  checkDevices,
  lastDeviceChecks,
  validDeviceChecks,
} from '../../../electron/services/check-devices.ts';
import type { CheckedDevice, DeviceCheck } from '../../../electron/shared/device-check.ts';
import { writeTestImage } from '../../fixtures/test-image.ts';
import { writeGoldenPack } from '../../fixtures/pack-with-golden.ts';

const home = mkdtempSync(join(tmpdir(), 'overread-device-test-'));
afterAll(() => rmSync(home, { recursive: true }));
const directory = writeGoldenPack(join(home, 'packs'), 'plain');

/** A provider that is none: the CPU's answers, changed. */
function fake(
  session: ModelSession,
  change: (name: string, output: OutputTensor) => OutputTensor,
): ModelSession {
  return {
    ...session,
    device: 'fake',
    run: async (input) =>
      new Map([...(await session.run(input))].map(([name, output]) => [name, change(name, output)])),
  };
}

const moved =
  (by: number, only: string | null = null) =>
  (name: string, { values, shape }: OutputTensor): OutputTensor => ({
    shape,
    values: only === null || only === name ? values.map((value) => value + by) : values,
  });

describe('a device laid beside the CPU', () => {
  it('that gives the same numbers has no difference and no flip', async () => {
    const pack = loadPack(directory);
    const cpu = await openSession(pack, 'cpu');
    const parity = await parityOf(pack, cpu, cpu);
    expect(parity).toMatchObject({ cases: 1, largestDifference: 0, decisionFlips: 0 });
    expect(parity.cpu_ms).toBeGreaterThan(0);
  });

  it('that gives other numbers is told by how much, and how many decisions flip', async () => {
    const pack = loadPack(directory);
    const cpu = await openSession(pack, 'cpu');
    const near = await parityOf(pack, cpu, fake(cpu, moved(5e-4)));
    expect(near.largestDifference).toBeCloseTo(5e-4, 5);
    expect(near.decisionFlips).toBe(0);
    const far = await parityOf(pack, cpu, fake(cpu, moved(-20, 'logit')));
    expect(far.decisionFlips).toBeGreaterThan(0);
  });

  it('that gives no numbers, or too few, differs by the most there is', () => {
    const outputs = (values: number[]) => new Map([['a', { values: Float32Array.from(values), shape: [2] }]]);
    expect(largestDifference(outputs([1, 2]), outputs([1, Number.NaN]))).toBe(Number.MAX_VALUE);
    expect(largestDifference(outputs([1, 2]), outputs([1]))).toBe(Number.MAX_VALUE);
    expect(largestDifference(outputs([1, 2]), new Map())).toBe(Number.MAX_VALUE);
    // Beyond 1 relative to the value, as float32 rounds.
    expect(largestDifference(outputs([1000, 0]), outputs([1000.5, 0]))).toBeCloseTo(5e-4, 6);
  });

  it('that runs out of memory or is lost fails the check, and that alone', async () => {
    const pack = loadPack(directory);
    const cpu = await openSession(pack, 'cpu');
    const lost: ModelSession = { ...cpu, run: () => Promise.reject(new Error('device lost')) };
    await expect(parityOf(pack, cpu, lost)).rejects.toThrow('device lost');
  });
});

/** The engine's process, which ends as a driver would end it. */
function dyingSpawner(): () => EngineChild {
  const real = nodeSpawner();
  return () => {
    const child = real();
    return {
      ...child,
      send: (message) => {
        const { type } = message as { type: string };
        if (type === 'parity') child.kill();
        else child.send(message);
      },
    };
  };
}

function shelved() {
  const { manifest, manifestSha256 } = loadPack(directory);
  return { directory, manifest, manifestSha256, signature: null };
}

describe('the check in its own process', () => {
  it('says of a device that does not start what it said', async () => {
    const answer = await checkDevice({ spawn: nodeSpawner(), timeoutMs: 30_000 }, shelved(), {
      device: 'dml',
    });
    expect(answer).toMatchObject({
      state: 'absent',
      reason: expect.stringMatching(/does not start here: .*cpu/),
    });
  }, 30_000);

  it('outlives a device that takes the process down', async () => {
    const answer = await checkDevice({ spawn: dyingSpawner(), timeoutMs: 30_000 }, shelved(), {
      device: 'webgpu',
    });
    expect(answer).toMatchObject({ state: 'failed', reason: expect.stringMatching(/SIGKILL/) });
  }, 30_000);

  const icd = '/usr/lib/chromium/vk_swiftshader_icd.json';
  const vulkan = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu'].some((folder) =>
    existsSync(join(folder, 'libvulkan.so.1')),
  );
  const can = process.platform === 'linux' && existsSync(icd) && vulkan;

  it.skipIf(!can)(
    `runs a tiny network on WebGPU over a software Vulkan with the CPU’s numbers${can ? '' : ' (skipped: no libvulkan1 or no SwiftShader of Debian’s chromium here)'}`,
    async () => {
      const before = { ...process.env };
      process.env['VK_ICD_FILENAMES'] = icd;
      process.env['XDG_RUNTIME_DIR'] = home;
      onTestFinished(() => {
        for (const name of ['VK_ICD_FILENAMES', 'XDG_RUNTIME_DIR']) {
          if (before[name] === undefined) delete process.env[name];
          else process.env[name] = before[name];
        }
      });
      const answer = await checkDevice({ spawn: nodeSpawner(), timeoutMs: 60_000 }, shelved(), {
        device: 'webgpu',
      });
      expect(answer).toMatchObject({ state: 'same', reason: null, decisionFlips: 0 });
      expect(answer.largestDifference).toBeLessThan(1e-4);
    },
    90_000,
  );
});

describe('the self-test of a machine', () => {
  const clock = { now: () => '2026-01-01T00:00:00.000Z' };
  const answer = (id: string, device: CheckedDevice, state: DeviceCheck['state']): DeviceCheck => ({
    model: { id, version: '1.2.3', sha256: loadPack(directory).manifest.weights.sha256 },
    device,
    state,
    reason: null,
    largestDifference: null,
    decisionFlips: null,
    cpu_ms: null,
    device_ms: null,
  });

  it('is kept, holds for this build alone, and is due again when a model comes', async () => {
    const engine = createEngine({ packsDirectory: join(home, 'packs'), overreadVersion: '1' });
    onTestFinished(() => engine.close());
    const store = { directory: mkdtempSync(join(home, 'data-')) };
    expect([lastDeviceChecks(store), dueDevices(store, engine, '1').length > 0]).toEqual([null, true]);
    const asked: string[] = [];
    const inspector = {
      ...engine,
      checkDevice: (id: string, device: CheckedDevice) => {
        asked.push(device);
        return Promise.resolve(answer(id, device, 'same'));
      },
    };
    const done = await checkDevices({ store, inspector, clock, build: '1' });
    expect(asked.length).toBeGreaterThan(1);
    expect(lastDeviceChecks(store)).toEqual(done);
    expect(validDeviceChecks(store, '1')).toEqual(done.checks);
    expect(dueDevices(store, engine, '1').length > 0).toBe(false);
    expect([validDeviceChecks(store, '2'), dueDevices(store, engine, '2').length > 0]).toEqual([[], true]);
    const more = { ...engine, packs: () => [{ ...engine.packs()[0], weights: { sha256: 'other' } }] };
    expect(dueDevices(store, more as unknown as typeof engine, '1').length > 0).toBe(true);
  });

  it('does not try a device with every model that the first was told is absent', async () => {
    const engine = createEngine({ packsDirectory: join(home, 'packs'), overreadVersion: '1' });
    onTestFinished(() => engine.close());
    const [pack] = engine.packs();
    let asked = 0;
    const inspector = {
      packs: () => [pack, { ...pack, id: 'second' }] as ReturnType<typeof engine.packs>,
      checkDevice: (id: string, device: CheckedDevice) => {
        asked += 1;
        return Promise.resolve(answer(id, device, 'absent'));
      },
      remoteAddress: () => null,
      isRemoteInDoubt: () => false,
    };
    const store = { directory: mkdtempSync(join(home, 'data-')) };
    const { checks } = await checkDevices({ store, inspector, clock, build: '1' });
    expect(checks).toHaveLength(asked * 2);
    expect(checks.map(({ model }) => model.id)).toContain('second');
  });
});

/** The engine's process on a device that runs out of memory at each run: it says so, or ends. */
function failingSpawner(how: 'says' | 'ends'): () => EngineChild {
  const real = nodeSpawner();
  return () => {
    const child = real();
    const listeners: ((message: unknown) => void)[] = [];
    return {
      ...child,
      onMessage: (listener) => {
        listeners.push(listener);
        child.onMessage(listener);
      },
      send: (message) => {
        const { type, device, id } = message as { type: string; device: string; id: number };
        if (type !== 'analyze' || device !== 'webgpu') return child.send(message);
        const error = { type: 'bug', code: 'bug', message: 'out of device memory' };
        for (const listener of listeners) listener({ type: 'started', id });
        if (how === 'ends') return child.kill();
        for (const listener of listeners) listener({ type: 'failed', id, error });
      },
    };
  };
}

describe('a device that fails in the middle of its work', () => {
  it.each([
    ['says', /webgpu was used; out of device memory/],
    ['ends', /webgpu was used; .*SIGKILL/],
  ] as const)(
    '%s: the CPU does the work, and the record says which was used and why',
    async (how, why) => {
      const quick: DeviceCheck = {
        model: { id: 'plain', version: '1.0.0', sha256: loadPack(directory).manifest.weights.sha256 },
        device: 'webgpu',
        state: 'same',
        reason: null,
        largestDifference: 0,
        decisionFlips: 0,
        cpu_ms: 10,
        device_ms: 1,
      };
      const engine = createEngine({
        packsDirectory: join(home, 'packs'),
        overreadVersion: '1',
        spawn: failingSpawner(how),
        deviceChecks: () => [quick],
      });
      onTestFinished(() => engine.close());
      const input = writeTestImage(join(home, `${how}.dcm`));
      const [outcome] = await engine.analyze({
        studyInstanceUID: input.header.studyInstanceUID,
        inputs: [input],
        stated: {},
        modelIds: null,
        device: process.platform === 'linux' ? 'auto' : 'webgpu',
        withMaps: false,
      });
      expect(outcome?.record.result).toMatchObject({ status: 'completed', device: 'cpu' });
      expect(outcome?.record.runtime.fallback).toMatch(why);
    },
    60_000,
  );
});
