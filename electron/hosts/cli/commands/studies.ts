import { listStudiesForOperator } from '../../../services/list-studies.ts';
import { type Command, WrongUse } from '../command.ts';
import { table } from '../table.ts';
import { withExistingStore } from '../with-store.ts';

/** SQLite's word for no limit. */
const ALL = -1;

function limitOf(text: string | undefined): number {
  if (text === undefined) return ALL;
  if (/^[0-9]{1,9}$/.test(text)) return Number(text);
  throw new WrongUse('--limit takes a whole number, such as 50.');
}

export const studiesCommand: Command = {
  name: 'studies',
  usage: '[--query TEXT] [--limit N]',
  summary: 'List studies, newest received first; the query looks in name, ID, accession number, description.',
  options: { query: { type: 'string' }, limit: { type: 'string' } },
  positionals: { min: 0, max: 0 },
  async run(call) {
    const query = call.text('query');
    const limit = limitOf(call.text('limit'));
    const { total, rows } = await withExistingStore(call, (store) =>
      listStudiesForOperator(store, { ...(query === undefined ? {} : { query }), limit }),
    );
    if (rows.length < total) call.say(`${rows.length} of ${total} studies; more with --limit.`);
    const text = table(
      ['PATIENT', 'ID', 'DATE', 'MODALITY', 'DESCRIPTION', 'SERIES', 'INSTANCES', 'STATUS', 'STUDY'],
      rows.map((row) => [
        row.patientName,
        row.patientID,
        row.date,
        row.modality,
        row.description,
        row.series,
        row.instances,
        row.status,
        row.studyInstanceUID,
      ]),
    );
    return { json: rows, text: rows.length === 0 ? 'No studies.' : text, exit: 0 };
  },
};
