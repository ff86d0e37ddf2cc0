import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { restoreBackup } from '../../../services/backup/restore-backup.ts';
import { openStore } from '../../../store/open-store.ts';
import { lockInstance } from '../../shared/instance-lock.ts';
import { systemClock } from '../../shared/product.ts';
import type { Command } from '../command.ts';
import { plainLine } from '../table.ts';
import { checkLines, tenths } from './backup.ts';

export const restoreCommand: Command = {
  name: 'restore',
  usage: 'DIR [--replace]',
  summary:
    'Restores a backup (the newest, where DIR holds several) to the data folder, which must be new or empty; with --replace what is there is moved aside. Everything is checked before the folder has its name.',
  options: { replace: { type: 'boolean' } },
  positionals: { min: 1, max: 1 },
  async run(call) {
    // A window that is open on the folder would go on writing into what is moved aside.
    const release = existsSync(call.data) ? await lockInstance(call.data) : null;
    try {
      const report = await restoreBackup({
        source: resolve(call.positionals[0] ?? ''),
        directory: call.data,
        replace: call.flag('replace'),
        open: (directory) => openStore({ directory }),
        clock: systemClock,
        actor: 'operator',
        onProgress: tenths(call, 'restore'),
        signal: call.signal,
      });
      const text = [
        `${report.data}: ${report.studies} studies, ${report.committedReads} committed reads, ${report.files} files of ${report.createdAt}, in ${report.seconds.toFixed(1)} s`,
        ...checkLines(report.verification),
        ...(report.before === null ? [] : [`What was there before lies in ${report.before}.`]),
      ];
      return { json: report, text: text.map(plainLine).join('\n'), exit: 0 };
    } finally {
      await release?.();
    }
  },
};
