import { describe, expect, it } from 'vitest';
import { chooseDevice, type RemoteChoice } from '../../../electron/domain/devices.ts';
import type { CheckedDevice, DeviceCheck } from '../../../electron/shared/device-check.ts';

const check = (device: CheckedDevice, change: Partial<DeviceCheck> = {}): DeviceCheck => ({
  model: { id: 'm', version: '1.0.0', sha256: 'a' },
  device,
  state: 'same',
  reason: null,
  largestDifference: 0,
  decisionFlips: 0,
  cpu_ms: 100,
  device_ms: 10,
  ...change,
});

describe('the device on which a model runs', () => {
  it.each([
    ['nothing was tested', 'linux', [], 'cpu'],
    ['one gives the same and is quicker', 'linux', [check('webgpu')], 'webgpu'],
    ['two do: the platform’s first', 'linux', [check('webgpu'), check('cuda')], 'cuda'],
    ['the first differs', 'win32', [check('dml', { state: 'differs' }), check('webgpu')], 'webgpu'],
    ['it gives the same and is slower', 'linux', [check('webgpu', { device_ms: 3000 })], 'cpu'],
    ['it is of another platform', 'darwin', [check('cuda')], 'cpu'],
    ['it ended the process', 'darwin', [check('coreml', { state: 'failed' })], 'cpu'],
  ] as const)('auto: %s (%s)', (_what, platform, checks, device) => {
    expect(chooseDevice('auto', platform, checks)).toEqual({ device, fallback: null });
  });

  it('asked for by name: as asked where it gives the same, be it slower', () => {
    const slow = [check('webgpu', { device_ms: 3000 })];
    expect(chooseDevice('webgpu', 'linux', slow)).toEqual({ device: 'webgpu', fallback: null });
    expect(chooseDevice('cpu', 'linux', slow)).toEqual({ device: 'cpu', fallback: null });
  });

  it('asked for by name: the CPU where it differs or was not tested, with the reason', () => {
    const differs = [check('cuda', { state: 'differs', reason: 'its numbers are not the CPU’s' })];
    expect(chooseDevice('cuda', 'linux', differs)).toEqual({
      device: 'cpu',
      fallback: 'cuda was asked for; its numbers are not the CPU’s',
    });
    expect(chooseDevice('cuda', 'linux', []).fallback).toMatch(/not been tested.*overread verify/);
  });
});

describe('a server that the policy names', () => {
  const server = (change: Partial<RemoteChoice> = {}): RemoteChoice => ({
    name: 'gpu-1',
    preferred: true,
    unusable: null,
    ...change,
  });

  it('goes before every device of this machine, and only where it is asked for if it is not preferred', () => {
    const quick = [check('webgpu')];
    expect(chooseDevice('auto', 'linux', quick, server())).toEqual({ device: 'remote', fallback: null });
    expect(chooseDevice('auto', 'linux', quick, server({ preferred: false }))).toEqual({
      device: 'webgpu',
      fallback: null,
    });
    expect(chooseDevice('remote', 'linux', [], server({ preferred: false }))).toEqual({
      device: 'remote',
      fallback: null,
    });
    expect(chooseDevice('cpu', 'linux', [], server())).toEqual({ device: 'cpu', fallback: null });
    expect(chooseDevice('webgpu', 'linux', quick, server())).toEqual({ device: 'webgpu', fallback: null });
  });

  it('that cannot be used is said, and this machine does the work', () => {
    const down = server({ unusable: 'it is not there' });
    expect(chooseDevice('auto', 'linux', [check('webgpu')], down)).toEqual({
      device: 'webgpu',
      fallback: 'server gpu-1 was not used; it is not there',
    });
    expect(
      chooseDevice('auto', 'linux', [], server({ preferred: false, unusable: 'x' })).fallback,
    ).toBeNull();
    expect(chooseDevice('remote', 'linux', [], down)).toEqual({
      device: 'cpu',
      fallback: 'remote was asked for; it is not there',
    });
    expect(chooseDevice('remote', 'linux', [check('remote')], null).device).toBe('cpu');
  });
});
