import type { AnalysisProgress } from '../../shared/ports.ts';
import { plainLine } from './table.ts';

/** Said at most this often, ms. */
const EACH = 2000;

/** Tells how far a model of volumes is, a line now and then; nothing where it is done sooner. */
export function progressTeller(say: (line: string) => void): (progress: AnalysisProgress) => void {
  let last = performance.now();
  return ({ modelId, what, phase, done, of }) => {
    const now = performance.now();
    if (now - last < EACH) return;
    last = now;
    const words = phase === 'read' ? `slice ${done} of ${of} read` : `window ${done} of ${of}`;
    say(plainLine(`${modelId}: ${what}: ${words}`));
  };
}
