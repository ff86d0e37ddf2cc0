import { describe, expect, test, vi } from 'vitest';
import { createEventHub } from '../../../electron/services/events.ts';
import { createJobs, type RunImport } from '../../../electron/services/jobs.ts';
import type { JobRepository } from '../../../electron/shared/ports.ts';
import { temporaryStore } from '../store/parts.ts';
import { Cancelled, Unavailable } from '../../../electron/shared/errors.ts';

const REPORT = { imported: 1, duplicates: 0, refused: [], studies: [] };
const REQUEST = { paths: ['/a'], stated: null, actor: 'ada', title: 'Import a' };

function setUp(runImport: RunImport, kept?: JobRepository) {
  let id = 0;
  const imported = vi.fn();
  const clock = { now: () => '2026-01-02T03:04:05.678Z' };
  const jobs = createJobs({
    runImport,
    imported,
    events: createEventHub(),
    clock,
    newId: () => `job-${++id}`,
    ...(kept === undefined ? {} : { kept }),
  });
  return { jobs, imported };
}

/** An import that goes on until it is told to stop. */
const endless: RunImport = (_request, _progress, signal) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Cancelled()));
  });

describe('import jobs', () => {
  test('run one after the other and stay listed, newest first', async () => {
    let running = 0;
    let most = 0;
    const { jobs, imported } = setUp(async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running--;
      return REPORT;
    });
    jobs.startImport(REQUEST);
    jobs.startImport(REQUEST);
    await vi.waitFor(() => expect(jobs.list().map((job) => job.state)).toEqual(['done', 'done']));
    expect(most).toBe(1);
    expect(jobs.list().map((job) => job.id)).toEqual(['job-2', 'job-1']);
    expect(imported).toHaveBeenCalledTimes(2);
  });

  test('are cancelled while they run and while they wait', async () => {
    const { jobs } = setUp(endless);
    const first = jobs.startImport(REQUEST);
    const second = jobs.startImport(REQUEST);
    await vi.waitFor(() => expect(jobs.list().find((job) => job.id === first.id)?.state).toBe('running'));
    expect(jobs.cancel(second.id).state).toBe('cancelled');
    jobs.cancel(first.id);
    await jobs.close();
    expect(jobs.list().map((job) => job.state)).toEqual(['cancelled', 'cancelled']);
    expect(() => jobs.cancel('job-9')).toThrow('no such job');
  });

  test('a failure is told and does not stop the next', async () => {
    let first = true;
    const { jobs } = setUp(() => {
      if (!first) return Promise.resolve(REPORT);
      first = false;
      return Promise.reject(new Unavailable('disk-full', 'There is no space left.'));
    });
    jobs.startImport(REQUEST);
    jobs.startImport(REQUEST);
    await vi.waitFor(() => expect(jobs.list().map((job) => job.state)).toEqual(['done', 'failed']));
    expect(jobs.list()[1]?.error).toMatchObject({ code: 'disk-full' });
  });

  test('what fails after an import does not keep the next one from running', async () => {
    const { jobs } = setUp(() => Promise.resolve(REPORT));
    const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    jobs.startImport({
      ...REQUEST,
      onEnd: () => {
        throw new Unavailable('disk-full', 'There is no space left.');
      },
    });
    const remove = () => Promise.reject(new Error('EBUSY'));
    jobs.startImport({ ...REQUEST, staging: { directory: '/tmp/x', remove } });
    jobs.startImport(REQUEST);
    await vi.waitFor(() => expect(jobs.list().map((job) => job.state)).toEqual(['done', 'done', 'done']));
    expect(error).toHaveBeenCalledTimes(2);
    error.mockRestore();
  });

  test('the folder of an upload is removed however the job ends', async () => {
    const { jobs } = setUp(endless);
    const remove = vi.fn(() => Promise.resolve());
    const job = jobs.startImport({ ...REQUEST, staging: { directory: '/tmp/x', remove } });
    jobs.cancel(job.id);
    await jobs.close();
    expect(remove).toHaveBeenCalledOnce();
  });
});

describe('import jobs over a restart', () => {
  test('stay listed as they ended, and what was under way is told as cut short', async () => {
    const kept = temporaryStore().jobs;
    const before = setUp(async ({ paths }) => {
      if (paths[0] === '/long') await new Promise(() => undefined);
      return REPORT;
    }, kept);
    before.jobs.startImport(REQUEST);
    before.jobs.startImport({ ...REQUEST, paths: ['/long'], title: 'Import long' });
    before.jobs.startImport({ ...REQUEST, paths: ['/next'], title: 'Import next' });
    await vi.waitFor(() => expect(before.jobs.list()[1]?.state).toBe('running'));
    // The process ends here; nobody closes anything.
    const { jobs } = setUp(() => Promise.resolve(REPORT), kept);
    expect(jobs.list().map(({ title, state, error, again }) => [title, state, error?.code, again])).toEqual([
      ['Import next', 'failed', 'cut-short', true],
      ['Import long', 'failed', 'cut-short', true],
      ['Import a', 'done', undefined, false],
    ]);
    // Once more: what was told as cut short stays so.
    expect(setUp(endless, kept).jobs.list()).toEqual(jobs.list());
  });

  test('can be started again by a person, once, with what was asked for', async () => {
    const kept = temporaryStore().jobs;
    const asked: string[] = [];
    const stated = { bodyPart: 'CHEST' } as const;
    const before = setUp(endless, kept);
    before.jobs.startImport({ ...REQUEST, paths: ['/x'], stated });
    await before.jobs.close();
    const { jobs } = setUp((request) => {
      asked.push(JSON.stringify([request.paths, request.stated, request.actor]));
      return Promise.resolve(REPORT);
    }, kept);
    const [cut] = jobs.list();
    // A window that is closed in the middle of an import has not cancelled it.
    expect(cut).toMatchObject({ state: 'failed', error: { code: 'cut-short' }, again: true });
    jobs.again(cut?.id ?? '', 'grace');
    await vi.waitFor(() => expect(asked).toEqual([JSON.stringify([['/x'], stated, 'grace'])]));
    expect(() => jobs.again(cut?.id ?? '', 'grace')).toThrow('cannot be started again');
  });

  test('files that the window sent are gone, and a watched folder brings its own: neither is started again', async () => {
    const kept = temporaryStore().jobs;
    const before = setUp(endless, kept);
    before.jobs.startImport({
      ...REQUEST,
      staging: { directory: '/tmp/x', remove: () => Promise.resolve() },
    });
    before.jobs.startImport({ ...REQUEST, how: 'watched' });
    await before.jobs.close();
    const { jobs } = setUp(endless, kept);
    expect(jobs.list().map(({ state, again }) => [state, again])).toEqual([
      ['failed', false],
      ['failed', false],
    ]);
  });

  test('fifty that ended are kept', async () => {
    const kept = temporaryStore().jobs;
    const { jobs } = setUp(() => Promise.resolve(REPORT), kept);
    for (let i = 0; i < 60; i += 1) jobs.startImport(REQUEST);
    await vi.waitFor(() => expect(jobs.list().every(({ state }) => state === 'done')).toBe(true));
    expect(kept.all().map(({ job }) => job.id)).toEqual(
      Array.from({ length: 50 }, (_, i) => `job-${i + 11}`),
    );
  });
});
