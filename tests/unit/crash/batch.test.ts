import { describe, expect, it } from 'vitest';
import { batchRounds } from '../../crash/batch-rounds.ts';

describe('a batch that is killed (SIGKILL), and its engines', () => {
  it('ends with one line a file, none failed', { timeout: 300_000 }, async () => {
    const { faults, killedRuns, killedEngines } = await batchRounds({ count: 60, kills: 4, seed: 1 });
    expect(faults).toEqual([]);
    expect([killedRuns > 0, killedEngines > 0]).toEqual([true, true]);
  });
});
