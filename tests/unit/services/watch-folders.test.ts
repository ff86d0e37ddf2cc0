import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { importRunner } from '../../../electron/hosts/shared/import-runner.ts';
import { product } from '../../../electron/hosts/shared/product.ts';
import { createEventHub } from '../../../electron/services/events.ts';
import { createJobs, type Jobs } from '../../../electron/services/jobs.ts';
import { watchFolders } from '../../../electron/services/watch-folders.ts';
import type { Store } from '../../../electron/shared/ports.ts';
import { temporaryFolder, temporaryStore } from '../store/parts.ts';
import { dicom, files } from './import-parts.ts';

const EVERY_MS = 20;
const SETTLED_MS = 150;

/** A real store with real imports; the watch ends with the test. */
function watched(folders: readonly string[], store: Store = temporaryStore()) {
  let id = 0;
  const jobs: Jobs = createJobs({
    runImport: importRunner(store, product()),
    imported: () => undefined,
    events: createEventHub(),
    clock: { now: () => new Date().toISOString() },
    newId: () => `job-${++id}`,
  });
  const said: string[] = [];
  const watch = watchFolders({
    store,
    jobs,
    folders,
    everyMs: EVERY_MS,
    settledMs: SETTLED_MS,
    say: (line) => said.push(line),
  });
  const close = async (): Promise<void> => {
    await watch.close();
    await jobs.close();
  };
  onTestFinished(close);
  return { store, jobs, said, watch, close };
}

const instances = (store: Store): number =>
  store.studies
    .list({ limit: 99, offset: 0, readerId: null })
    .rows.reduce((sum, study) => sum + study.instances, 0);

const until = (holds: () => void): Promise<void> => vi.waitFor(holds, { timeout: 15_000, interval: 20 });

/** Long enough for several looks, and for a file to have settled. */
const aWhile = (): Promise<void> => setTimeout(SETTLED_MS * 4);

describe('a watched folder', () => {
  it('tells where it stands, and why it cannot be read', async () => {
    const folder = temporaryFolder();
    const { watch } = watched([folder]);
    expect(watch.state()).toEqual([{ folder, state: 'watching', reason: null, heldBack: false }]);
    rmSync(folder, { recursive: true });
    await until(() => expect(watch.state()).toMatchObject([{ state: 'unreadable' }]));
    expect(watch.state()[0]?.reason).toContain('There is nothing at this path');
    mkdirSync(folder);
    await until(() => expect(watch.state()).toMatchObject([{ state: 'watching', reason: null }]));
  });

  it('is imported as files come, subfolders too, in a job of its name; nothing in it is touched', async () => {
    const folder = files(temporaryFolder(), { 'a.dcm': dicom('1.1') });
    const { store, jobs } = watched([folder]);
    await until(() => expect(instances(store)).toBe(1));
    files(folder, { 'later/b.dcm': dicom('1.2') });
    await until(() => expect(instances(store)).toBe(2));
    expect(jobs.list()[0]).toMatchObject({ state: 'done', report: { imported: 1 } });
    expect(jobs.list()[0]?.title).toMatch(/^Watched folder overread-test-/);
    expect(readdirSync(folder)).toEqual(['a.dcm', 'later']);
    await aWhile();
    expect(jobs.list()).toHaveLength(2);
  });

  it('leaves a file alone while it grows, and one that a program is still writing', async () => {
    const folder = temporaryFolder();
    const whole = dicom('1.1');
    const { store, jobs } = watched([folder]);
    writeFileSync(join(folder, 'b.dcm.part'), whole);
    for (let at = 0; at < whole.length; at += Math.ceil(whole.length / 8)) {
      appendFileSync(join(folder, 'a.dcm'), whole.subarray(at, at + Math.ceil(whole.length / 8)));
      await setTimeout(SETTLED_MS / 3);
    }
    await until(() => expect(instances(store)).toBe(1));
    expect(store.refusals.all()).toEqual([]);
    await aWhile();
    expect(jobs.list()).toHaveLength(1);
  });

  it('puts what is refused on the list of refused files, once', async () => {
    const folder = files(temporaryFolder(), { 'letter.txt': 'dear '.repeat(60) });
    const { store, jobs } = watched([folder]);
    await until(() => expect(store.refusals.all()).toHaveLength(1));
    await aWhile();
    expect(store.refusals.all()).toMatchObject([{ path: join(folder, 'letter.txt'), code: 'not-dicom' }]);
    expect(jobs.list()).toHaveLength(1);
  });

  it('remembers over a restart what it took, and takes a file that has changed since', async () => {
    const folder = files(temporaryFolder(), { 'a.dcm': dicom('1.1') });
    const first = watched([folder]);
    await until(() => expect(first.jobs.list()[0]?.state).toBe('done'));
    await first.close();
    writeFileSync(join(folder, 'b.dcm'), dicom('1.2'));
    const second = watched([folder], first.store);
    await until(() => expect(instances(second.store)).toBe(2));
    await aWhile();
    expect(second.jobs.list().map(({ report }) => report?.imported)).toEqual([1]);
    expect(second.jobs.list()[0]?.report?.duplicates).toBe(0);
    utimesSync(join(folder, 'a.dcm'), new Date(), new Date(Date.now() + 5000));
    await until(() => expect(second.jobs.list()[0]?.report?.duplicates).toBe(1));
  });

  it('goes on when the folder was away for a while, and tells it once', async () => {
    const parent = temporaryFolder();
    const folder = join(parent, 'inbox');
    mkdirSync(folder);
    const { store, said } = watched([folder]);
    rmSync(folder, { recursive: true });
    await until(() => expect(said).toHaveLength(1));
    expect(said[0]).toContain('cannot be read');
    files(folder, { 'a.dcm': dicom('1.1') });
    await until(() => expect(instances(store)).toBe(1));
    expect(said).toHaveLength(1);
  });

  it.each<[string, (folder: string, away: string) => () => void]>([
    [
      'the whole folder is empty for a while, as where a share is not mounted',
      (folder, away) => {
        const names = readdirSync(folder);
        for (const name of names) renameSync(join(folder, name), join(away, name));
        return () => {
          for (const name of names) renameSync(join(away, name), join(folder, name));
        };
      },
    ],
    [
      'a subfolder is empty for a while, as where a share is not mounted',
      (folder, away) => {
        renameSync(join(folder, 'sub'), join(away, 'sub'));
        mkdirSync(join(folder, 'sub'));
        return () => renameSync(join(away, 'sub'), join(folder, 'sub'));
      },
    ],
    [
      'a subfolder cannot be read for a while',
      (folder, away) => {
        renameSync(join(folder, 'sub'), join(away, 'sub'));
        // A link to itself: root, as whom tests may run, may read every folder.
        symlinkSync('sub', join(folder, 'sub'));
        return () => {
          rmSync(join(folder, 'sub'));
          renameSync(join(away, 'sub'), join(folder, 'sub'));
        };
      },
    ],
    [
      'nothing can be learned of a file for a while',
      (folder, away) => {
        renameSync(join(folder, 'sub/b.dcm'), join(away, 'b.dcm'));
        symlinkSync('nowhere', join(folder, 'sub/b.dcm'));
        return () => {
          rmSync(join(folder, 'sub/b.dcm'));
          renameSync(join(away, 'b.dcm'), join(folder, 'sub/b.dcm'));
        };
      },
    ],
  ])('does not import a removed study again where %s', async (_what, hide) => {
    const folder = files(temporaryFolder(), {
      'a.dcm': dicom('1.1'),
      'sub/b.dcm': dicom('1.2', [], '1.2.4'),
    });
    const { store, jobs } = watched([folder]);
    await until(() => expect(jobs.list()[0]?.state).toBe('done'));
    store.studies.remove('1.2.4', 'operator');
    const back = hide(folder, temporaryFolder());
    await aWhile();
    expect(store.watched.all()).toHaveLength(2);
    back();
    await aWhile();
    expect(jobs.list()).toHaveLength(1);
    expect(store.studies.has('1.2.4')).toBe(false);
  });

  it('forgets a file that is gone while its folder lists others, and one whose folder is gone', async () => {
    const folder = files(temporaryFolder(), {
      'a.dcm': dicom('1.1'),
      'b.dcm': dicom('1.2'),
      'sub/deep/c.dcm': dicom('1.3'),
    });
    const { store } = watched([folder]);
    await until(() => expect(store.watched.all()).toHaveLength(3));
    rmSync(join(folder, 'b.dcm'));
    rmSync(join(folder, 'sub'), { recursive: true });
    await until(() => expect(store.watched.all().map(({ path }) => path)).toEqual([join(folder, 'a.dcm')]));
  });

  it('does not try again what a person cancelled', async () => {
    const folder = temporaryFolder();
    for (let i = 0; i < 300; i++) writeFileSync(join(folder, `${i}.dcm`), dicom(`1.${i + 1}`));
    const { jobs, store } = watched([folder]);
    await until(() => expect(jobs.list()).toHaveLength(1));
    jobs.cancel(jobs.list()[0]?.id ?? '');
    await until(() => expect(jobs.list()[0]?.state).toBe('cancelled'));
    await aWhile();
    expect(jobs.list()).toHaveLength(1);
    expect(instances(store)).toBe(0);
  });

  it('is refused where it is no folder, or lies in the data folder, or around it', () => {
    const store = temporaryStore();
    const parts = { store, jobs: { startImport: () => expect.fail('It must not start.') } };
    for (const folder of [
      join(store.directory, 'missing'),
      store.directory,
      join(store.directory, 'blobs'),
      join(store.directory, '..'),
    ]) {
      expect(() => watchFolders({ ...parts, folders: [folder] }), folder).toThrow(
        expect.objectContaining({ code: 'watch-folder' }),
      );
    }
    expect(existsSync(store.directory)).toBe(true);
  });
});
