import { basename, resolve } from 'node:path';
import { findBackup, isBad, listBackups, noteVerified } from '../../../services/backup/layout.ts';
import { verifyBackup } from '../../../services/backup/verify-backup.ts';
import type { BackupCheck } from '../../../shared/backup.ts';
import { openStore } from '../../../store/open-store.ts';
import { backUp } from '../../shared/backups.ts';
import { systemClock } from '../../shared/product.ts';
import { type Command, type CommandCall, WrongUse } from '../command.ts';
import { plainLine, table } from '../table.ts';
import { requireData, withStore } from '../with-store.ts';

/** Every tenth, for a person who waits. */
export function tenths(call: CommandCall, what: string): (share: number) => void {
  let said = 0;
  return (share) => {
    const tenth = Math.floor(share * 10);
    if (tenth <= said) return;
    said = tenth;
    call.say(`${what}: ${tenth * 10} %`);
  };
}

export function checkLines(checks: readonly BackupCheck[]): string[] {
  return checks.map(({ name, ok, detail }) => `${ok ? 'good' : 'BAD '}  ${name}: ${detail}`);
}

function keepOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^[1-9][0-9]{0,3}$/.test(text)) return Number(text);
  throw new WrongUse('--keep takes the number of backups to keep, 1 or more.');
}

export const backupCommand: Command = {
  name: 'backup',
  usage: 'DIR [--keep N] [--no-verify]',
  summary:
    'Backs up reads, audit trail, keys and images to a folder, also while a window is open, and verifies the backup by restoring it. The backup holds patient data, not encrypted.',
  options: { keep: { type: 'string' }, 'no-verify': { type: 'boolean' } },
  positionals: { min: 1, max: 1 },
  async run(call) {
    const [target = ''] = call.positionals;
    const keep = keepOf(call.text('keep'));
    // Opening would make an empty one: a wrong --data would be backed up as nothing, and called good.
    requireData(call, 'nothing was backed up');
    const report = await withStore(call, (store) =>
      backUp({
        store,
        target: resolve(target),
        actor: 'operator',
        verify: !call.flag('no-verify'),
        keep,
        onProgress: tenths(call, 'backup'),
        signal: call.signal,
      }),
    );
    const { verification, missing } = report;
    const good = (verification ?? []).every(({ ok }) => ok);
    const text = [
      `${report.path}: ${report.studies} studies, ${report.committedReads} committed reads, ${report.files} files, ${(report.bytes / 1e6).toFixed(1)} MB (${report.copied} copied, ${report.linked} shared with the backup before) in ${report.seconds.toFixed(1)} s`,
      ...missing.map(({ sha256, reason }) => `MISSING  ${sha256}: ${reason}`),
      ...(verification === null ? ['Not verified.'] : checkLines(verification)),
      ...report.removed.map((id) => `Removed: ${id}`),
      ...report.notes,
    ];
    return {
      json: report,
      text: text.map(plainLine).join('\n'),
      exit: good && missing.length === 0 ? 0 : 1,
    };
  },
};

export const backupListCommand: Command = {
  name: 'backup list',
  usage: 'DIR',
  summary:
    'The backups in a folder, newest first: good or BAD by when they were last verified. Exit 1 where one is BAD.',
  options: {},
  positionals: { min: 1, max: 1 },
  async run(call) {
    const { backups, broken } = await listBackups(resolve(call.positionals[0] ?? ''));
    for (const path of broken) call.say(`${path} cannot be read: it is no backup that could be restored.`);
    const rows = backups.map(({ id, createdAt, studies, committedReads, files, bytes, verified }) => [
      id,
      verified === null ? 'not verified' : verified.ok ? 'good' : 'BAD',
      createdAt,
      String(studies),
      String(committedReads),
      String(files),
      `${(bytes / 1e6).toFixed(1)} MB`,
    ]);
    const unread = broken.map((path) => [basename(path), 'BAD', 'cannot be read', '', '', '', '']);
    return {
      json: backups,
      text: table(
        ['id', 'state', 'made at', 'studies', 'committed reads', 'files', 'size'],
        [...rows, ...unread],
      ),
      exit: broken.length === 0 && !backups.some(isBad) ? 0 : 1,
    };
  },
};

export const backupVerifyCommand: Command = {
  name: 'backup verify',
  usage: 'DIR',
  summary:
    'Restores a backup (the newest, where DIR holds several) into a folder beside it and runs the checks of `verify` there. Changes nothing of it, and notes the outcome for `backup list`.',
  options: {},
  positionals: { min: 1, max: 1 },
  async run(call) {
    const backup = await findBackup(resolve(call.positionals[0] ?? ''));
    const checks = await verifyBackup({
      backup,
      open: (directory) => openStore({ directory }),
      onProgress: tenths(call, 'verify'),
      signal: call.signal,
    });
    const ok = checks.every((check) => check.ok);
    await noteVerified(backup, systemClock.now(), ok);
    return {
      json: { backup, ok, checks },
      text: [backup, ...checkLines(checks)].map(plainLine).join('\n'),
      exit: ok ? 0 : 1,
    };
  },
};
