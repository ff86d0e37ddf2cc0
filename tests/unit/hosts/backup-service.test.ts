import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createBackupService } from '../../../electron/hosts/shared/backup-service.ts';
import { createEventHub } from '../../../electron/services/events.ts';
import { createJobs } from '../../../electron/services/jobs.ts';
import type { BackupPolicy } from '../../../electron/shared/policy.ts';
import { stage, temporaryFolder, temporaryStore } from '../store/parts.ts';

/** A real store with one study, real jobs, and a clock that is told the time. */
function scheduled(policy: Partial<BackupPolicy> = {}) {
  const store = temporaryStore();
  store.studies.storeStudy('1.2.3.1', [stage(store, {}, 'image')], null, 'operator');
  const target = join(temporaryFolder(), 'backups');
  let id = 0;
  const jobs = createJobs({
    runImport: () => Promise.reject(new Error('none')),
    imported: () => undefined,
    events: createEventHub(),
    clock: { now: () => new Date().toISOString() },
    newId: () => `job-${++id}`,
  });
  const time = { now: new Date() };
  const service = createBackupService({
    store,
    jobs,
    policy: { target, at: '02:00', keep: 2, verify: true, ...policy },
    onChange: () => undefined,
    lookMs: 20,
    now: () => time.now,
  });
  onTestFinished(async () => {
    await service.close();
    await jobs.close();
  });
  return { store, target, jobs, service, time };
}

const until = (holds: () => void): Promise<void> => vi.waitFor(holds, { timeout: 20_000, interval: 20 });
const DAY = 24 * 3_600_000;

describe('the schedule of backups', () => {
  it('makes one where there is none, one a day after that, and keeps as many as the policy says', async () => {
    const { target, jobs, service, time } = scheduled();
    await until(() => expect(service.state().newest).not.toBeNull());
    expect(jobs.list()).toMatchObject([
      { kind: 'backup', state: 'done', outcome: 'complete, and verified by restoring it' },
    ]);
    await new Promise((done) => setTimeout(done, 200));
    expect(jobs.list()).toHaveLength(1);
    // Two days on; its manifest says when it was made by the real clock, so each look finds it due until the clock goes back.
    time.now = new Date(Date.now() + 2 * DAY);
    await until(() => expect(jobs.list().filter(({ state }) => state === 'done').length).toBeGreaterThan(2));
    time.now = new Date();
    await until(() => expect(jobs.list().every(({ state }) => state === 'done')).toBe(true));
    await until(() => expect(readdirSync(target).filter((name) => !name.startsWith('.'))).toHaveLength(2));
    expect(service.state().problem).toBeNull();
  });

  it('says what kept it from coming about, and tries again after an hour', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'no-folder');
    writeFileSync(file, '');
    const target = join(file, 'backups');
    const { jobs, service, time } = scheduled({ target });
    await until(() => expect(service.state().problem).toContain('cannot be written'));
    await new Promise((done) => setTimeout(done, 200));
    expect(jobs.list()).toMatchObject([{ state: 'failed', error: { code: 'folder-not-writable' } }]);
    rmSync(file);
    mkdirSync(file);
    time.now = new Date(Date.now() + 3_700_000);
    await until(() =>
      expect(service.state()).toMatchObject({ problem: null, newest: { id: expect.any(String) } }),
    );
  });

  it('makes none by itself where the policy has no time; a person may ask', async () => {
    const { jobs, service, target } = scheduled({ at: null });
    await new Promise((done) => setTimeout(done, 200));
    expect(jobs.list()).toEqual([]);
    service.start(null, 'ada');
    await until(() => expect(jobs.list()).toMatchObject([{ state: 'done', title: 'Backup to backups' }]));
    expect((await service.list(target)).map(({ path }) => path)).toHaveLength(1);
    expect(() => service.start('relative/path', 'ada')).toThrow('whole path');
  });

  it('tells which are bad, and does not let bad ones push good ones out', async () => {
    const { jobs, service, target } = scheduled({ keep: 2, at: null });
    const made = async () => {
      const before = jobs.list().length;
      service.start(null, 'ada');
      await until(() => expect(jobs.list()).toHaveLength(before + 1));
      await until(() => expect(jobs.list()[0]).toMatchObject({ state: 'done' }));
      // The names go by the second.
      await new Promise((done) => setTimeout(done, 1100));
    };
    await made();
    await made();
    const [newest, oldest] = await service.list(target);
    expect([newest?.state, oldest?.state]).toEqual(['good', 'good']);
    writeFileSync(join(newest?.path ?? '', 'verified.json'), JSON.stringify({ at: 'now', ok: false }));
    await made();
    expect((await service.list(target)).map(({ id, state }) => [id, state]).slice(1)).toEqual([
      [newest?.id, 'bad'],
      [oldest?.id, 'good'],
    ]);
    writeFileSync(join(oldest?.path ?? '', 'manifest.json'), 'no manifest');
    expect(await service.list(target)).toContainEqual({
      id: oldest?.id,
      path: oldest?.path,
      createdAt: null,
      state: 'bad',
    });
  });

  it('takes a doubled click for one, of a backup and of a restore', async () => {
    const { jobs, service, target, store } = scheduled({ at: null });
    const first = service.start(target, 'ada');
    expect(service.start(`${target}/`, 'ada').id).toBe(first.id);
    await until(() => expect(jobs.list()).toMatchObject([{ state: 'done' }]));
    const [made] = await service.list(target);
    const into = join(temporaryFolder(), 'restored');
    const restored = service.startRestore(made?.path ?? '', into, 'ada');
    expect(service.startRestore(made?.path ?? '', into, 'ada').id).toBe(restored.id);
    await until(() => expect(jobs.list()).toMatchObject([{ state: 'done' }, { state: 'done' }]));
    // When it has ended another one may begin; one that was cancelled as it waited has ended too.
    const second = service.start(target, 'ada');
    expect(second.id).not.toBe(first.id);
    jobs.cancel(second.id);
    await until(() => expect(jobs.list()[0]).toMatchObject({ state: 'cancelled' }));
    await until(() => expect(service.start(target, 'ada').id).not.toBe(second.id));
    // Into the data of this window: said at once, and no job begins.
    const begun = jobs.list().length;
    expect(() => service.startRestore(made?.path ?? '', join(store.directory, 'in'), 'ada')).toThrow(
      'in the data folder',
    );
    expect(jobs.list()).toHaveLength(begun);
  });
});
