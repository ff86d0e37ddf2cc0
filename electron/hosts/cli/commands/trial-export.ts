import { chmod, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { exportTrial } from '../../../services/trial-export.ts';
import { makeFolder } from '../../../store/make-folder.ts';
import { type Command, WrongUse } from '../command.ts';
import { withExistingStore } from '../with-store.ts';

export const trialExportCommand: Command = {
  name: 'trial export',
  usage: 'ID --as csv|jafroc [--out DIR] [--simulated]',
  summary:
    'The reads of a reader study for other programs: csv, a row a case, reader and arm; jafroc, the sheets Truth, TP and FP as CSV. Cases by their codes; nothing of patients. Without --out csv is printed.',
  options: { as: { type: 'string' }, out: { type: 'string' }, simulated: { type: 'boolean' } },
  positionals: { min: 1, max: 1 },
  async run(call) {
    const [id = ''] = call.positionals;
    const [format, out] = [call.text('as'), call.text('out')];
    if (format !== 'csv' && format !== 'jafroc') {
      throw new WrongUse('--as takes csv or jafroc.', 'unknown-format');
    }
    if (out === undefined && format === 'jafroc') {
      throw new WrongUse('--out DIR says where to write the sheets: there are several.');
    }
    const { files, simulated } = await withExistingStore(call, (store) =>
      exportTrial({ store }, id, format, call.flag('simulated')),
    );
    if (out === undefined) {
      const text = files[0]?.text ?? '';
      return { json: { id, as: format, simulated, text }, text: text.trimEnd(), exit: 0 };
    }
    const directory = resolve(out);
    makeFolder(directory);
    const paths = files.map(({ name }) => join(directory, name));
    for (const [at, { text }] of files.entries()) {
      const path = paths[at] ?? '';
      await writeFile(path, text, { mode: 0o600 });
      await chmod(path, 0o600);
    }
    return { json: { id, as: format, simulated, paths }, text: `Written: ${paths.join(', ')}`, exit: 0 };
  },
};
