import { Refused, toOverreadError, toWire } from '../shared/errors.ts';
import type { ImportReport } from '../shared/imports.ts';
import type { Job } from '../shared/job.ts';
import type { CancelSignal, Clock, JobRepository, KeptJob } from '../shared/ports.ts';
import type { Stated } from '../shared/study.ts';
import type { EventHub } from './events.ts';

/** What a person asked to be imported. */
export interface ImportRequest {
  readonly paths: readonly string[];
  readonly stated: Stated | null;
  /** The reader's id. */
  readonly actor: string;
  readonly title: string;
  /** What kind of import: of these paths; of a watched folder, where more files may be on their way; or again of what was refused. */
  readonly how?: 'paths' | 'watched' | 'refused-again';
  /** Called when it has ended, however. */
  readonly onEnd?: (state: 'done' | 'failed' | 'cancelled') => void;
  /** Set for uploads: the folder in which the files wait. Their names are told without it; it is removed at the end. */
  readonly staging?: { readonly directory: string; remove(): Promise<void> };
}

export interface ImportProgress {
  readonly done: number;
  readonly total: number | null;
}

/** Does one import; rejects with `Cancelled` on abort. */
export type RunImport = (
  request: { readonly importId: string; readonly within?: string } & Pick<
    ImportRequest,
    'paths' | 'stated' | 'actor' | 'how'
  >,
  onProgress: (progress: ImportProgress) => void,
  signal: CancelSignal,
) => Promise<ImportReport>;

export interface Jobs {
  list(): Job[];
  startImport(request: ImportRequest): Job;
  /** Starts a job anew that failed, was cancelled or was cut short. Throws `Refused('job-unknown' | 'job-not-again')`. */
  again(id: string, actor: string): Job;
  /** Asks a job to stop and gives it as it stands; a job that has ended stays as it is. Throws `Refused('job-unknown')`. */
  cancel(id: string): Job;
  /** Cancels everything and waits for it. */
  close(): Promise<void>;
}

export interface JobsDeps {
  readonly runImport: RunImport;
  /** Called after an import that changed something: the window's worklist, and the models' queue. */
  readonly imported: (report: ImportReport) => void;
  readonly events: EventHub;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Where jobs are kept over restarts; in memory alone without it. */
  readonly kept?: JobRepository;
  /** An ended job as any reader may see it (`windowJob`); as it is without it. */
  readonly forWindow?: (job: Job) => Job;
}

/** Ended jobs that stay listed. */
const KEPT = 50;
/** Progress reaches the window at most this often. */
const PROGRESS_MS = 100;

interface Entry {
  job: Job;
  readonly request: ImportRequest;
  readonly controller: AbortController;
  /** A person asked for its end. */
  stopped?: true;
}

/** Files of an upload are gone with their job, and a watched folder's come by themselves. */
const canComeAgain = ({ staging, how }: ImportRequest): boolean => staging === undefined && how !== 'watched';

const isOver = ({ state }: Job): boolean => state !== 'waiting' && state !== 'running';

/** What was under way when the process before this one ended. */
function cutShort({ job, request }: KeptJob, at: string): Job {
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
        'Overread ended before this import did. What it had taken is kept whole; start it again for the rest.',
    },
  };
}

/**
 * Imports that a person started: one at a time (there is one writer), watched, cancelled, listed after their end and over restarts. What
 * the process before this one did not finish is listed as failed; it is started again only by a person.
 */
export function createJobs(deps: JobsDeps): Jobs {
  const entries = new Map<string, Entry>();
  let tail: Promise<void> = Promise.resolve();
  let closing = false;

  const keep = ({ job, request, stopped }: Entry): void => {
    const { paths, stated, actor, how = 'paths', staging } = request;
    // What is ended by the end of the process is cut short, not cancelled: the next start says so.
    if (closing && stopped !== true) return;
    try {
      deps.kept?.save({ job, request: { paths: staging === undefined ? paths : [], stated, actor, how } });
    } catch (thrown) {
      // A full disk must not end an import that could still be told of.
      console.error(toOverreadError(thrown).message);
    }
  };

  for (const before of deps.kept?.all() ?? []) {
    const job = cutShort(before, deps.clock.now());
    const request = { ...before.request, title: job.title };
    const entry: Entry = { job, request, controller: new AbortController() };
    entries.set(job.id, entry);
    if (job !== before.job) keep(entry);
  }

  const update = (entry: Entry, change: Partial<Job>): void => {
    const job = { ...entry.job, ...change };
    const ended = isOver(job) && !isOver(entry.job);
    entry.job = ended ? (deps.forWindow?.(job) ?? job) : job;
    if (change.state !== undefined) keep(entry);
    deps.events.publish({ type: 'job', job: entry.job });
  };

  const forgetOldest = (): void => {
    const ended = [...entries.values()].filter((entry) => entry.job.endedAt !== null);
    for (const entry of ended.slice(0, Math.max(0, ended.length - KEPT))) entries.delete(entry.job.id);
  };

  const run = async (entry: Entry): Promise<void> => {
    const { request, controller } = entry;
    if (!controller.signal.aborted) {
      update(entry, { state: 'running' });
      try {
        const report = await deps.runImport(
          {
            importId: entry.job.id,
            paths: request.paths,
            stated: request.stated,
            actor: request.actor,
            ...(request.how === undefined ? {} : { how: request.how }),
            ...(request.staging === undefined ? {} : { within: request.staging.directory }),
          },
          throttled((progress) => update(entry, progress)),
          controller.signal,
        );
        if (report.imported > 0) deps.imported(report);
        update(entry, { state: 'done', report, endedAt: deps.clock.now() });
      } catch (thrown) {
        const error = toOverreadError(thrown);
        if (error.type === 'cancelled') {
          update(entry, { state: 'cancelled', endedAt: deps.clock.now(), again: canComeAgain(request) });
        } else {
          if (error.type === 'bug') console.error(error);
          const { type, code, message } = toWire(error);
          update(entry, {
            state: 'failed',
            error: { type, code, message },
            endedAt: deps.clock.now(),
            again: canComeAgain(request),
          });
        }
      }
    }
    const { state } = entry.job;
    // What fails after an import (a full disk, a file that the system still holds) must not keep the next one from running.
    try {
      await request.staging?.remove();
      if (state === 'done' || state === 'failed' || state === 'cancelled') request.onEnd?.(state);
    } catch (thrown) {
      console.error(toOverreadError(thrown).message);
    }
    forgetOldest();
  };

  const find = (id: string): Entry => {
    const entry = entries.get(id);
    if (entry === undefined)
      throw new Refused('job-unknown', 'There is no such job; it may have ended long ago.');
    return entry;
  };

  const jobs: Jobs = {
    list: () => [...entries.values()].map((entry) => entry.job).toReversed(),
    startImport(request) {
      const job: Job = {
        id: deps.newId(),
        kind: 'import',
        title: request.title,
        state: 'waiting',
        done: 0,
        total: null,
        startedAt: deps.clock.now(),
        endedAt: null,
        report: null,
        error: null,
        again: false,
      };
      const entry: Entry = { job, request, controller: new AbortController() };
      entries.set(job.id, entry);
      keep(entry);
      deps.events.publish({ type: 'job', job });
      tail = tail.then(() => run(entry)).catch((thrown: unknown) => console.error(thrown));
      return job;
    },
    again(id, actor) {
      const entry = find(id);
      if (!entry.job.again) {
        throw new Refused(
          'job-not-again',
          'This job cannot be started again: it went well, still runs, was started again already, or its files were sent by the window and are gone. Import them anew.',
        );
      }
      update(entry, { again: false });
      keep(entry);
      const { paths, stated, title, how } = entry.request;
      return jobs.startImport({ paths, stated, title, actor, ...(how === undefined ? {} : { how }) });
    },
    cancel(id) {
      const entry = find(id);
      entry.stopped = true;
      entry.controller.abort();
      if (entry.job.state === 'waiting') {
        update(entry, {
          state: 'cancelled',
          endedAt: deps.clock.now(),
          again: canComeAgain(entry.request),
        });
      }
      return entry.job;
    },
    async close() {
      closing = true;
      for (const entry of entries.values()) entry.controller.abort();
      await tail;
    },
  };
  return jobs;
}

/** Lets the first and every later change through that is `PROGRESS_MS` after the last; the end of a job tells the rest. */
function throttled(send: (progress: ImportProgress) => void): (progress: ImportProgress) => void {
  let last = -Infinity;
  return (progress) => {
    const now = performance.now();
    const complete = progress.total !== null && progress.done >= progress.total;
    if (!complete && now - last < PROGRESS_MS) return;
    last = now;
    send({ done: progress.done, total: progress.total });
  };
}
