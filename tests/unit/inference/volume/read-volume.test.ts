import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readVolume } from '../../../../electron/inference/volume/read-volume.ts';
import type { AnalysisInput } from '../../../../electron/shared/ports.ts';
import { AXIAL, lopsided, type TestStack, writeTestStack } from '../../../fixtures/test-stack.ts';
import { temporaryFolder } from '../../store/parts.ts';

const STACK: TestStack = { shape: [14, 20, 24], spacing: [3, 2.5, 2.5], ...AXIAL, value: lopsided };
const stack = (change: Partial<TestStack> = {}) =>
  writeTestStack(join(temporaryFolder(), 'files'), { ...STACK, ...change });

describe('the values of a stack', () => {
  const slicesOf = (inputs: readonly AnalysisInput[]) =>
    inputs.map(({ header, sha256, location }) => ({
      path: location.path,
      sha256,
      sopInstanceUID: header.sopInstanceUID,
      frame: 0,
    }));
  const geometry = {
    shape: [14, 20, 24],
    spacing: [3, 2.5, 2.5],
    directions: [
      [0, 0, 1],
      [0, 1, 0],
      [1, 0, 0],
    ],
  } as const;
  const at = async (inputs: readonly AnalysisInput[], modality: boolean) => {
    const { volume } = await readVolume(slicesOf(inputs), geometry, modality, () => Promise.resolve());
    return (slice: number) => (volume.data[slice * 480 + 7] as number) * volume.slope + volume.intercept;
  };

  it('are Hounsfield units, also where each slice has a scale of its own, and stored values where the pack wants those', async () => {
    const uniform = stack();
    const own = stack({
      change: (slice) => (slice < 3 ? [] : [{ tag: '00281053', vr: 'DS', value: slice }]),
    });
    const value = await at(uniform, true);
    const scaled = await at(own, true);
    const stored = await at(own, false);
    for (const slice of [0, 2, 3, 9]) {
      const hounsfield = value(slice);
      expect(stored(slice)).toBe(hounsfield + 1024);
      expect(scaled(slice)).toBe((hounsfield + 1024) * (slice < 3 ? 1 : slice) - 1024);
    }
  });
});
