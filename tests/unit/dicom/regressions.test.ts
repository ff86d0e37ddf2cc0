import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Examiner } from '../../fuzz/examine.ts';

/** Each file once made the decoder hang, die or take gigabytes; its name says how. `npm run fuzz` found them. */
const FOLDER = join(import.meta.dirname, '../../fixtures/regressions');

let folder: string;
let examiner: Examiner;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'overread-regressions-'));
  // They took ten seconds and more, which this is well below, and a busy machine's start of a thread well above.
  examiner = new Examiner(folder, 4000);
});
afterAll(async () => {
  await examiner.close();
  rmSync(folder, { recursive: true });
});

describe('files that the fuzzer found', () => {
  it.each(readdirSync(FOLDER))('%s', async (name) => {
    const before = process.resourceUsage().maxRSS;
    const { problem, outcomes } = await examiner.examine(
      { seedName: name, kind: 'dicom', bytes: readFileSync(join(FOLDER, name)) },
      name,
    );
    expect(problem).toBeNull();
    expect(outcomes.some((outcome) => outcome.startsWith('frame: ') && outcome !== 'frame: ok')).toBe(true);
    expect(outcomes).not.toContain('frame: decoder-timeout');
    expect((process.resourceUsage().maxRSS - before) * 1024).toBeLessThan(400e6);
  });
});
