import { refusalsAsCsv } from '../../../services/refusal-report.ts';
import { retryRefused } from '../../../services/retry-refused.ts';
import { importWorkers } from '../../workers/start-import-worker.ts';
import type { Command } from '../command.ts';
import { FACT_OPTIONS, FACT_USAGE, statedFacts } from '../facts.ts';
import { plainLine, table } from '../table.ts';
import { withExistingStore } from '../with-store.ts';

export const refusalsCommand: Command = {
  name: 'refusals',
  usage: '[--csv]',
  summary: 'List the files that imports refused, with code and reason, newest first.',
  options: { csv: { type: 'boolean' } },
  positionals: { min: 0, max: 0 },
  async run(call) {
    const rows = await withExistingStore(call, (store) => store.refusals.all());
    const text = call.flag('csv')
      ? refusalsAsCsv(rows).trimEnd()
      : rows.length === 0
        ? 'No file was refused.'
        : table(
            ['REFUSED', 'CODE', 'FILE', 'REASON'],
            rows.map(({ at, code, path, reason }) => [at, code, path, reason]),
          );
    return { json: rows, text, exit: 0 };
  },
};

export const refusalsRetryCommand: Command = {
  name: 'refusals retry',
  usage: FACT_USAGE,
  summary: 'Import again the refused files that are still there; what is taken leaves the list.',
  options: FACT_OPTIONS,
  positionals: { min: 0, max: 0 },
  async run(call) {
    const stated = statedFacts(call);
    const report = await withExistingStore(call, (store) =>
      retryRefused({
        store,
        startWorker: importWorkers(store.directory),
        stated,
        actor: 'operator',
        signal: call.signal,
      }),
    );
    const { tried, imported, duplicates, refused, notThere } = report;
    const lines = [
      `${tried} tried: ${imported} imported, ${duplicates} duplicates, ${refused.length} refused again; ${notThere} no longer there.`,
      ...refused.map(({ path, code, reason }) => plainLine(`refused (${code}): ${path}: ${reason}`)),
    ];
    return { json: report, text: lines.join('\n'), exit: refused.length > 0 ? 1 : 0 };
  },
};
