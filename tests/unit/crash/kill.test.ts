import { describe, expect, it } from 'vitest';
import { killRounds } from '../../crash/kill-rounds.ts';

describe('an import that is killed (SIGKILL)', () => {
  it('leaves whole studies or none, and a second import completes it', { timeout: 300_000 }, async () => {
    const { rounds } = await killRounds({ count: 8, seed: 1 });
    expect(rounds.flatMap(({ faults }) => faults)).toEqual([]);
    // Not all moments came too late, or the test shows nothing.
    expect(rounds.filter(({ hit }) => hit).length).toBeGreaterThan(3);
    expect(rounds.some(({ leftovers }) => leftovers > 0)).toBe(true);
  });
});
