/** The process that the fuzzer feeds: it may die, the one that watches it may not. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCorpus } from './corpus.ts';
import { Examiner, type Verdict } from './examine.ts';
import { makeInput } from './make-input.ts';

/** Which inputs, and where the work is. */
export interface TargetOrder {
  readonly seed: number;
  readonly indices: readonly number[];
  readonly own: boolean;
}

export type TargetReport =
  | { readonly type: 'begun'; readonly index: number }
  | {
      readonly type: 'verdict';
      readonly index: number;
      readonly verdict: Verdict;
      readonly peakBytes: number;
    }
  /** Undamaged files no longer decode: one of the inputs since the last control did that. */
  | { readonly type: 'poisoned'; readonly after: number; readonly problem: string }
  | { readonly type: 'done' };

/** Inputs between two looks at the undamaged seeds. */
const CONTROL_EVERY = 250;
/** Inputs under way at once: one a decoder. */
const AT_ONCE = 2;

const say = (report: TargetReport): void => {
  process.send?.(report);
};

async function work({ seed, indices, own }: TargetOrder): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'overread-fuzz-'));
  process.on('disconnect', () => {
    rmSync(folder, { recursive: true, force: true });
    process.exit(1);
  });
  const corpus = await loadCorpus(own);
  const examiner = new Examiner(folder);
  await examiner.learnControls(corpus);
  const queue = [...indices];
  let finished = 0;
  const lane = async (): Promise<void> => {
    for (let index = queue.shift(); index !== undefined; index = queue.shift()) {
      say({ type: 'begun', index });
      const input = makeInput(corpus, seed, index);
      const verdict = await examiner.examine(input, `${index}.bin`);
      say({ type: 'verdict', index, verdict, peakBytes: process.resourceUsage().maxRSS * 1024 });
      if (++finished % CONTROL_EVERY !== 0 && finished !== indices.length) continue;
      const problem = await examiner.checkControls();
      if (problem !== null) say({ type: 'poisoned', after: index, problem });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  await examiner.close();
  rmSync(folder, { recursive: true, force: true });
  say({ type: 'done' });
  process.disconnect?.();
}

process.once('message', (order: TargetOrder) => void work(order));
