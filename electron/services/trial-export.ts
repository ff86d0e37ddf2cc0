import { hasLesions } from '../domain/reader-study/design.ts';
import { jafrocSheets, readsCsv, type Sheet } from '../domain/reader-study/export.ts';
import { Refused } from '../shared/errors.ts';
import { ARMS } from '../shared/reader-study.ts';
import { type ChosenReads, chooseReads, goneNotes, type TrialParts } from './trials.ts';

/** `csv`: a row a read. `jafroc`: a workbook for RJafroc. `roc`: one of the cases' ratings alone, for the AUC. */
export const TRIAL_FORMATS = ['csv', 'jafroc', 'roc'] as const;
export type TrialFormat = (typeof TRIAL_FORMATS)[number];

export type TrialFile =
  | { readonly name: string; readonly text: string }
  | { readonly name: string; readonly sheets: readonly Sheet[] };

/**
 * The reads of a reader study as a file. Made-up reads say so in its name, and inside it.
 *
 * @throws Refused `trial-unknown`, `trial-training`, `trial-unread`; `trial-incomplete` for workbooks before every read is made: a case without
 *   marks and a case that nobody read look the same there. A case whose study was removed is left out of them, and is not waited for.
 */
export function exportTrial(
  { store }: Pick<TrialParts, 'store'>,
  trialId: string,
  format: TrialFormat,
  simulated: boolean,
): { file: TrialFile; simulated: boolean; notes: string[] } {
  const chosen = chooseReads(store, trialId, simulated);
  const { trial, reads, simulation, gone } = chosen;
  const madeUp = simulation !== null;
  const before = madeUp ? 'SIMULATED-' : '';
  const file: TrialFile =
    format === 'csv'
      ? { name: `${before}reads.csv`, text: readsCsv(trial.design, reads, madeUp) }
      : { name: `${before}${format}.xlsx`, sheets: sheetsOf(chosen, format) };
  store.audit.append({
    actor: 'operator',
    action: 'trial-export',
    studyInstanceUID: null,
    detail: { trialId, as: format, reads: reads.length, simulated: madeUp },
  });
  return { file, simulated: madeUp, notes: [...goneNotes(trial.design, reads, gone), ...emptyNotes(file)] };
}

function sheetsOf({ trial, reads, simulation, gone }: ChosenReads, format: 'jafroc' | 'roc'): Sheet[] {
  const { design, id } = trial;
  const whole = ARMS.length * design.readers.length;
  const made = (name: string): number => reads.filter((read) => read.case === name).length;
  const leftOut = new Set([...gone].filter((name) => made(name) < whole));
  const waiting = design.cases.filter((one) => !leftOut.has(one.case) && made(one.case) < whole);
  if (waiting.length > 0) {
    throw new Refused(
      'trial-incomplete',
      `${reads.length} of ${whole * design.cases.length} reads are made. A case without marks and a case that nobody read look the same in these sheets: export them when the study is finished, or --as csv.`,
      { trialId: id },
    );
  }
  const paradigm = format === 'jafroc' && hasLesions(design) ? 'froc' : 'roc';
  return jafrocSheets(design, reads, paradigm, leftOut, simulation !== null);
}

function emptyNotes(file: TrialFile): string[] {
  if (!('sheets' in file)) return [];
  return file.sheets
    .filter(({ rows }) => rows.length < 2)
    .map(({ name }) => `The sheet ${name} has no row: RJafroc does not read such a workbook.`);
}
