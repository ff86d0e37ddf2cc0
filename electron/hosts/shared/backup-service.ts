import { existsSync } from 'node:fs';
import { basename, isAbsolute, join, resolve } from 'node:path';
import type { BackupService } from '../../api/deps.ts';
import { isBackupDue } from '../../domain/backup-due.ts';
import { listBackups } from '../../services/backup/layout.ts';
import { refuseInside, restoreBackup } from '../../services/backup/restore-backup.ts';
import type { Jobs } from '../../services/jobs.ts';
import type { BackupState } from '../../shared/backup.ts';
import type { Job } from '../../shared/job.ts';
import { Refused, toOverreadError } from '../../shared/errors.ts';
import type { Store } from '../../shared/ports.ts';
import type { BackupPolicy } from '../../shared/policy.ts';
import { openStore } from '../../store/open-store.ts';
import { backUp } from './backups.ts';
import { systemClock } from './product.ts';

/** Between two looks at whether one is due; the first is so long after the start, too. */
const LOOK_MS = 60_000;

export interface BackupServiceParts {
  readonly store: Store;
  readonly jobs: Pick<Jobs, 'startWork'>;
  /** Undefined: no backups by themselves. */
  readonly policy: BackupPolicy | undefined;
  readonly onChange: () => void;
  readonly lookMs?: number;
  readonly now?: () => Date;
}

/** Threat: a path that means another place than the person thinks. */
function absolute(path: string): string {
  if (isAbsolute(path)) return resolve(path);
  throw new Refused('path-not-whole', `${path} does not begin at the root of a disc: give the whole path.`);
}

/** Backups and restores of the window, and those of the policy's schedule. Of what is in them it tells nothing but when they were made. */
export function createBackupService(parts: BackupServiceParts): BackupService & { close(): Promise<void> } {
  const { store, jobs, policy, onChange, lookMs = LOOK_MS, now = () => new Date() } = parts;
  let newest: BackupState['newest'] = null;
  let problem: string | null = null;
  let failedAt: number | null = null;
  /** What is being written now, by its folder: asked for twice, by a doubled click, it is one. */
  const underWay = new Map<string, Job>();
  let looking: Promise<void> = Promise.resolve();

  const look = async (): Promise<void> => {
    if (policy === undefined) return;
    try {
      const [first] = (await listBackups(policy.target)).backups;
      const found = first === undefined ? null : { id: first.id, createdAt: first.createdAt };
      if (found?.id !== newest?.id) {
        newest = found;
        onChange();
      }
    } catch (thrown) {
      problem = toOverreadError(thrown).message;
      onChange();
    }
  };

  const start = (target: string, actor: string, keep: number | null, verify: boolean) => {
    const already = underWay.get(target);
    if (already !== undefined) return already;
    const job = jobs.startWork({
      kind: 'backup',
      title: `Backup to ${basename(target)}`,
      actor,
      run: async (onProgress, signal) => {
        const report = await backUp({ store, target, actor, verify, keep, onProgress, signal });
        const bad = (report.verification ?? []).find(({ ok }) => !ok);
        if (bad !== undefined) {
          throw new Refused(
            'backup-not-good',
            `The backup was made and is not good (${bad.name}). Run 'overread verify' on the data folder and 'overread backup verify ${target}'; keep the backups before it.`,
          );
        }
        const how = verify ? 'complete, and verified by restoring it' : 'complete';
        return report.missing.length === 0
          ? how
          : `${how}; some files of the data folder were missing or damaged already: run ‘overread verify’`;
      },
      onEnd: (state, error) => {
        underWay.delete(target);
        if (state === 'done') {
          problem = null;
          failedAt = null;
        } else if (policy?.target === target) {
          failedAt = now().getTime();
          problem = state === 'cancelled' ? 'it was cancelled' : (error?.message ?? 'no reason was given');
        }
        looking = look().then(onChange);
      },
    });
    underWay.set(target, job);
    return job;
  };

  const byItself = async (): Promise<void> => {
    if (policy === undefined || policy.at === null || underWay.has(policy.target)) return;
    await look();
    if (!underWay.has(policy.target) && isBackupDue(policy.at, newest?.createdAt ?? null, failedAt, now())) {
      start(policy.target, 'operator', policy.keep, policy.verify);
    }
  };
  const timer = setInterval(() => {
    looking = byItself().catch((thrown: unknown) => console.error(toOverreadError(thrown).message));
  }, lookMs).unref();
  looking = look();

  return {
    state: () => ({
      target: policy?.target ?? null,
      at: policy?.at ?? null,
      keep: policy?.keep ?? null,
      newest,
      problem,
    }),
    async list(target) {
      const { backups, broken } = await listBackups(absolute(target));
      return [
        ...backups.map(({ id, path, createdAt, verified }) => ({
          id,
          path,
          createdAt,
          state:
            verified === null
              ? ('not-verified' as const)
              : verified.ok
                ? ('good' as const)
                : ('bad' as const),
        })),
        ...broken.map((path) => ({ id: basename(path), path, createdAt: null, state: 'bad' as const })),
      ];
    },
    start(target, actor) {
      const own = target ?? policy?.target;
      if (own === undefined) {
        throw new Refused(
          'backup-target',
          'No folder was named, and the policy names none. Say where the backup is to be written.',
        );
      }
      const whole = absolute(own);
      const scheduled = whole === policy?.target;
      return start(whole, actor, scheduled ? policy.keep : null, scheduled ? policy.verify : true);
    },
    startRestore(source, directory, actor) {
      const into = absolute(directory);
      const already = underWay.get(into);
      if (already !== undefined) return already;
      // Said at once, and not after a job has begun.
      if (existsSync(join(into, 'overread.db'))) {
        throw new Refused(
          'data-folder-in-use',
          `${into} holds data of Overread: a restore never writes over data. Name a new folder.`,
        );
      }
      const from = absolute(source);
      if (existsSync(from)) refuseInside(into, from);
      const job = jobs.startWork({
        kind: 'restore',
        title: `Restore to ${basename(into)}`,
        actor,
        run: async (onProgress, signal) => {
          await restoreBackup({
            source: from,
            directory: into,
            replace: false,
            open: (path) => openStore({ directory: path }),
            clock: systemClock,
            actor,
            onProgress,
            signal,
          });
          return `restored and verified in ${into}. To work with it, close this window and start ‘overread serve --data ${into}’`;
        },
        onEnd: () => underWay.delete(into),
      });
      underWay.set(into, job);
      return job;
    },
    async close() {
      clearInterval(timer);
      await looking;
    },
  };
}
