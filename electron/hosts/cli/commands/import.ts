import { importPaths } from '../../../services/import-study.ts';
import type { ImportReport } from '../../../shared/imports.ts';
import { importWorkers } from '../../workers/start-import-worker.ts';
import type { Command } from '../command.ts';
import { FACT_OPTIONS, FACT_USAGE, statedFacts } from '../facts.ts';
import { plainLine, table } from '../table.ts';
import { withStore } from '../with-store.ts';

function words(report: ImportReport): string {
  const lines = [
    `${report.imported} imported, ${report.duplicates} duplicates, ${report.refused.length} refused, ${report.studies.length} studies.`,
  ];
  if (report.studies.length > 0) {
    lines.push(
      table(
        ['STUDY', 'SERIES', 'INSTANCES'],
        report.studies.map((s) => [s.studyInstanceUID, s.series, s.instances]),
      ),
    );
  }
  for (const { path, sopInstanceUID, keptAs } of report.conflicts ?? []) {
    lines.push(
      plainLine(
        `same UID, other content: ${path}: ${sopInstanceUID} is here already, this one is kept as ${keptAs}`,
      ),
    );
  }
  for (const { path, code, reason } of report.refused) {
    lines.push(plainLine(`refused (${code}): ${path}: ${reason}`));
  }
  return lines.join('\n');
}

export const importCommand: Command = {
  name: 'import',
  usage: `PATH… ${FACT_USAGE}`,
  summary: 'Take files, folders or ZIP archives into the data folder. The facts are for plain images.',
  options: FACT_OPTIONS,
  positionals: { min: 1, max: Number.POSITIVE_INFINITY },
  async run(call) {
    const stated = statedFacts(call);
    const report = await withStore(call, (store) =>
      importPaths({
        paths: call.positionals,
        stated,
        store,
        startWorker: importWorkers(store.directory),
        actor: 'operator',
        signal: call.signal,
      }),
    );
    return { json: report, text: words(report), exit: report.refused.length > 0 ? 1 : 0 };
  },
};
