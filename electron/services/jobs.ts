import { type OverreadError, Refused, toOverreadError, toWire } from '../shared/errors.ts';
import type { ImportReport } from '../shared/imports.ts';
import type { Job } from '../shared/job.ts';
import type { CancelSignal, Clock, JobRepository, KeptJob } from '../shared/ports.ts';
import type { Stated } from '../shared/study.ts';
import type { EventHub } from './events.ts';
import { cutShort, type ImportProgress, isOver, throttled } from './job-parts.ts';

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

/** Does one import; rejects with `Cancelled` on abort. */
export type RunImport = (
  request: { readonly importId: string; readonly within?: string } & Pick<
    ImportRequest,
    'paths' | 'stated' | 'actor' | 'how'
  >,
  onProgress: (progress: ImportProgress) => void,
  signal: CancelSignal,
) => Promise<ImportReport>;

/** A backup or a restore: beside the imports, one at a time. */
export interface WorkRequest {
  readonly kind: 'backup' | 'restore';
  readonly title: string;
  readonly actor: string;
  /** Gives how it ended, in words. Rejects with `Cancelled` on abort. `onShare` gets 0 to 1. */
  readonly run: (onShare: (share: number) => void, signal: CancelSignal) => Promise<string>;
  readonly onEnd?: (state: 'done' | 'failed' | 'cancelled', error: OverreadError | null) => void;
}

export interface Jobs {
  list(): Job[];
  startWork(request: WorkRequest): Job;
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
interface Entry {
  job: Job;
  readonly request: Omit<ImportRequest, 'how'> & { readonly how?: KeptJob['request']['how'] };
  readonly controller: AbortController;
  /** A person asked for its end. */
  stopped?: true;
}

/** Files of an upload are gone with their job, and a watched folder's come by themselves. */
const canComeAgain = ({ staging, how }: Entry['request']): boolean =>
  staging === undefined && how !== 'watched' && how !== 'work';

/**
 * Imports that a person started: one at a time (there is one writer), watched, cancelled, listed after their end and over restarts. What
 * the process before this one did not finish is listed as failed; it is started again only by a person.
 */
export function createJobs(deps: JobsDeps): Jobs {
  const entries = new Map<string, Entry>();
  let tail: Promise<void> = Promise.resolve();
  let workTail: Promise<void> = Promise.resolve();
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
            ...(request.how === undefined || request.how === 'work' ? {} : { how: request.how }),
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

  const runWork = async (entry: Entry, work: WorkRequest): Promise<void> => {
    const { controller } = entry;
    if (controller.signal.aborted) {
      work.onEnd?.('cancelled', null);
      return;
    }
    update(entry, { state: 'running' });
    const share = throttled((progress) => update(entry, progress));
    try {
      const outcome = await work.run(
        (done) => share({ done: Math.floor(done * 100), total: 100 }),
        controller.signal,
      );
      update(entry, { state: 'done', done: 100, total: 100, outcome, endedAt: deps.clock.now() });
      work.onEnd?.('done', null);
    } catch (thrown) {
      const error = toOverreadError(thrown);
      if (error.type === 'cancelled') update(entry, { state: 'cancelled', endedAt: deps.clock.now() });
      else {
        if (error.type === 'bug') console.error(error);
        const { type, code, message } = toWire(error);
        update(entry, { state: 'failed', error: { type, code, message }, endedAt: deps.clock.now() });
      }
      work.onEnd?.(error.type === 'cancelled' ? 'cancelled' : 'failed', error);
    }
    forgetOldest();
  };

  const find = (id: string): Entry => {
    const entry = entries.get(id);
    if (entry === undefined)
      throw new Refused('job-unknown', 'There is no such job; it may have ended long ago.');
    return entry;
  };

  const begin = (kind: Job['kind'], request: Entry['request']): Entry => {
    const job: Job = {
      id: deps.newId(),
      kind,
      title: request.title,
      state: 'waiting',
      done: 0,
      total: null,
      startedAt: deps.clock.now(),
      endedAt: null,
      report: null,
      outcome: null,
      error: null,
      again: false,
    };
    const entry: Entry = { job, request, controller: new AbortController() };
    entries.set(job.id, entry);
    keep(entry);
    deps.events.publish({ type: 'job', job });
    return entry;
  };

  const jobs: Jobs = {
    list: () => [...entries.values()].map((entry) => entry.job).toReversed(),
    startImport(request) {
      const entry = begin('import', request);
      tail = tail.then(() => run(entry)).catch((thrown: unknown) => console.error(thrown));
      return entry.job;
    },
    startWork(request) {
      const { kind, title, actor } = request;
      const entry = begin(kind, { paths: [], stated: null, actor, title, how: 'work' });
      workTail = workTail
        .then(() => runWork(entry, request))
        .catch((thrown: unknown) => console.error(thrown));
      return entry.job;
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
      const kind = how === undefined || how === 'work' ? {} : { how };
      return jobs.startImport({ paths, stated, title, actor, ...kind });
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
      await workTail;
    },
  };
  return jobs;
}
