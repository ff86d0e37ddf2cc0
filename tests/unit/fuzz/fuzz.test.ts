import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadCorpus } from '../../fuzz/corpus.ts';
import { fuzz } from '../../fuzz/fuzz.ts';
import { makeInput } from '../../fuzz/make-input.ts';

describe('the fuzzer', () => {
  it('makes the same input of the same seed and number, and others of others', async () => {
    const corpus = await loadCorpus(true);
    const again = await loadCorpus(true);
    for (const index of [0, 1, 77, 4999]) {
      const { bytes } = makeInput(corpus, 1, index);
      expect(makeInput(again, 1, index).bytes.equals(bytes)).toBe(true);
      expect(makeInput(corpus, 2, index).bytes.equals(bytes)).toBe(false);
    }
  });

  it('finds no crash, no hang, no memory beyond its limit and no refusal without a known code', {
    timeout: 240_000,
  }, async () => {
    const artefacts = mkdtempSync(join(tmpdir(), 'overread-fuzz-found-'));
    onTestFinished(() => rmSync(artefacts, { recursive: true }));
    const { done, failures, deaths, peakBytes, outcomes } = await fuzz({
      seed: 20,
      count: 600,
      own: true,
      artefacts,
    });
    expect(failures).toEqual([]);
    expect({ done, deaths }).toEqual({ done: 600, deaths: 0 });
    expect(peakBytes).toBeLessThan(1.5e9);
    // Deep enough: frames are decoded and refused, not only headers.
    expect(outcomes.get('frame: ok')).toBeGreaterThan(100);
    expect(outcomes.get('frame: codec-failed')).toBeGreaterThan(10);
  });
});
