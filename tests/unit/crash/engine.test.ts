import { describe, expect, it } from 'vitest';
import { engineRounds } from '../../crash/engine-rounds.ts';

describe('the models’ queue and its engine, killed (SIGKILL) at random moments', () => {
  it('ends every job exactly once in a final state, and reads no torn file', {
    timeout: 300_000,
  }, async () => {
    const test = await engineRounds({ jobs: 60, kills: 8, seed: 1 });
    expect(test.faults).toEqual([]);
    expect(test.ended).toBe(60);
    // Not all moments came too late, and both were met, or the test shows nothing.
    expect([test.killedHosts > 0, test.killedEngines > 0, test.torn > 0]).toEqual([true, true, true]);
  });
});
