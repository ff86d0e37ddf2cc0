import type { Job } from '../shared/job.ts';
import type { KeptJob } from '../shared/ports.ts';

export interface ImportProgress {
  readonly done: number;
  readonly total: number | null;
}

/** Progress reaches the window at most this often. */
const PROGRESS_MS = 100;

export const isOver = ({ state }: Job): boolean => state !== 'waiting' && state !== 'running';

/** What was under way when the process before this one ended. */
export function cutShort({ job, request }: KeptJob, at: string): Job {
  if (isOver(job)) return job;
  return {
    ...job,
    state: 'failed',
    endedAt: at,
    again: request.how === 'refused-again' || (request.how === 'paths' && request.paths.length > 0),
    error: {
      type: 'unavailable',
      code: 'cut-short',
      message:
        job.kind === 'import'
          ? 'Overread ended before this import did. What it had taken is kept whole; start it again for the rest.'
          : `Overread ended before this ${job.kind} did. One that is cut short is none, and what it had written is removed by the next; start it anew.`,
    },
  };
}

/** Lets the first and every later change through that is `PROGRESS_MS` after the last; the end of a job tells the rest. */
export function throttled(send: (progress: ImportProgress) => void): (progress: ImportProgress) => void {
  let last = -Infinity;
  return (progress) => {
    const now = performance.now();
    const complete = progress.total !== null && progress.done >= progress.total;
    if (!complete && now - last < PROGRESS_MS) return;
    last = now;
    send({ done: progress.done, total: progress.total });
  };
}
