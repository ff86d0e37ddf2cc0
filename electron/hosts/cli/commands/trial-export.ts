import { chmod, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { exportTrial, TRIAL_FORMATS } from '../../../services/trial-export.ts';
import { workbookOf } from '../../../services/xlsx.ts';
import { makeFolder } from '../../../store/make-folder.ts';
import { type Command, WrongUse } from '../command.ts';
import { withExistingStore } from '../with-store.ts';

export const trialExportCommand: Command = {
  name: 'trial export',
  usage: 'ID --as csv|jafroc|roc [--out DIR] [--simulated]',
  summary:
    "The reads of a reader study for other programs: csv, a row a case, reader and arm; jafroc, one workbook (.xlsx) for RJafroc; roc, such a workbook of the cases' ratings alone. Cases by their codes; nothing of patients. Without --out csv is printed. A training is not exported.",
  options: { as: { type: 'string' }, out: { type: 'string' }, simulated: { type: 'boolean' } },
  positionals: { min: 1, max: 1 },
  async run(call) {
    const [id = ''] = call.positionals;
    const [wanted, out] = [call.text('as'), call.text('out')];
    const format = TRIAL_FORMATS.find((one) => one === wanted);
    if (format === undefined) throw new WrongUse('--as takes csv, jafroc or roc.', 'unknown-format');
    if (out === undefined && format !== 'csv') {
      throw new WrongUse('--out DIR says where to write the workbook: it is no text.');
    }
    const { file, simulated, notes } = await withExistingStore(call, (store) =>
      exportTrial({ store }, id, format, call.flag('simulated')),
    );
    if (out === undefined) {
      const text = 'text' in file ? file.text : '';
      return { json: { id, as: format, simulated, notes, text }, text: text.trimEnd(), exit: 0 };
    }
    const directory = resolve(out);
    makeFolder(directory);
    const path = join(directory, file.name);
    await writeFile(path, 'text' in file ? file.text : await workbookOf(file.sheets), { mode: 0o600 });
    await chmod(path, 0o600);
    return {
      json: { id, as: format, simulated, notes, paths: [path] },
      text: [`Written: ${path}`, ...notes].join('\n'),
      exit: 0,
    };
  },
};
