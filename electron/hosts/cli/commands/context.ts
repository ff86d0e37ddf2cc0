import { importMessages } from '../../../services/import-messages.ts';
import { listMessages } from '../../../services/list-messages.ts';
import { titleOf } from '../../../services/context-messages.ts';
import { Cancelled } from '../../../shared/errors.ts';
import type { ContextImport, FiledWith, MessageOutcome } from '../../../shared/hl7.ts';
import { systemClock } from '../../shared/product.ts';
import type { Command } from '../command.ts';
import { plainLine, table } from '../table.ts';
import { withExistingStore } from '../with-store.ts';

const AS: Readonly<Record<FiledWith['as'], string>> = {
  indication: 'indication',
  'prior-report': 'report of before',
  'own-report': 'its own report (withheld until the commit)',
};

/** `context import PATH…`: orders and reports of HL7 v2 messages, for every reader. */
export const contextImportCommand: Command = {
  name: 'context import',
  usage: 'PATH… [--study UID] [--charset SET]',
  summary:
    'File HL7 v2 messages with the studies of their patients: orders (ORM^O01, OMG^O19, OMI^O23) as indication, reports (ORU^R01, MDM^T02) as reports of before. PATH: files or folders; bare, in MLLP frames or in batches. --study: with that study alone. --charset: of messages that name none (8859/1). The same again changes nothing.',
  options: { study: { type: 'string' }, charset: { type: 'string' } },
  positionals: { min: 1, max: Number.POSITIVE_INFINITY },
  async run(call) {
    const report = await withExistingStore(call, (store) =>
      importMessages({
        store,
        clock: systemClock,
        paths: call.positionals,
        study: call.text('study') ?? null,
        characterSet: call.text('charset') ?? null,
        signal: call.signal,
      }),
    );
    if (call.signal.aborted)
      throw new Cancelled('Cancelled. What was filed by then stays; the same files may be imported again.');
    return { json: report, text: wordsOf(report), exit: report.refused > 0 ? 1 : 0 };
  },
};

function wordsOf({ files, filed, duplicates, refused, messages }: ContextImport): string {
  return [
    `${String(filed)} filed, ${String(duplicates)} duplicates, ${String(refused)} refused; ${String(files)} files.`,
    ...messages.flatMap(linesOf),
  ].join('\n');
}

function linesOf({
  path,
  line,
  type,
  controlId,
  status,
  code,
  reason,
  notes,
  studies,
}: MessageOutcome): string[] {
  const name = `${path}:${String(line)}${type === null ? '' : ` ${type}`}${controlId === null ? '' : ` ${controlId}`}`;
  const head =
    status === 'refused' ? `refused (${code ?? ''}): ${name}: ${reason ?? ''}` : `${status}: ${name}`;
  return [
    head,
    ...studies.map(
      ({ studyInstanceUID, as, matchedBy, before }) =>
        `  ${studyInstanceUID}: ${AS[as]}, by ${matchedBy}${before ? ' (was there)' : ''}`,
    ),
    ...notes.map((note) => `  note: ${note}`),
  ].map(plainLine);
}

/** `context list STUDY`: what was filed with a study, every version. */
export const contextListCommand: Command = {
  name: 'context list',
  usage: 'STUDY',
  summary:
    'List the HL7 orders and reports that are filed with a study, every version, with their words in --json. Prints what the window shows a reader after the commit alone.',
  options: {},
  positionals: { min: 1, max: 1 },
  async run(call) {
    const rows = await withExistingStore(call, (store) => listMessages(store, call.positionals[0] ?? ''));
    const text = table(
      ['FILED', 'AS', 'SHOWN', 'TYPE', 'SENT', 'TITLE'],
      rows.map(({ filedAt, as, shown, content }) => [
        filedAt,
        as,
        shown,
        content.type,
        content.sent,
        titleOf(content),
      ]),
    );
    return { json: rows, text: rows.length === 0 ? 'No message is filed with this study.' : text, exit: 0 };
  },
};
