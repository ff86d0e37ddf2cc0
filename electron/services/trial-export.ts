import { jafrocSheets, readsCsv } from '../domain/reader-study/export.ts';
import { readsOf } from '../domain/reader-study/simulate.ts';
import { Refused } from '../shared/errors.ts';
import { chooseReads, type TrialParts } from './trials.ts';

export interface TrialFile {
  readonly name: string;
  readonly text: string;
}

/**
 * The reads of a reader study as files. Made-up reads say so in the files' names, and in each row of `csv`.
 *
 * @throws Refused `trial-unknown`, `trial-unread`; `trial-incomplete` for `jafroc` before every read is made: a case without marks and a
 *   case that nobody read look the same there.
 */
export function exportTrial(
  { store }: Pick<TrialParts, 'store'>,
  trialId: string,
  format: 'csv' | 'jafroc',
  simulated: boolean,
): { files: TrialFile[]; simulated: boolean } {
  const { trial, reads, simulation } = chooseReads(store, trialId, simulated);
  const expected = readsOf(trial.design);
  if (format === 'jafroc' && reads.length < expected) {
    throw new Refused(
      'trial-incomplete',
      `${reads.length} of ${expected} reads are made. A case without marks and a case that nobody read look the same in these sheets: export them when the study is finished, or --as csv.`,
      { trialId },
    );
  }
  const madeUp = simulation !== null;
  const before = madeUp ? 'SIMULATED-' : '';
  const files =
    format === 'csv'
      ? [{ name: `${before}reads.csv`, text: readsCsv(trial.design, reads, madeUp) }]
      : sheets();
  store.audit.append({
    actor: 'operator',
    action: 'trial-export',
    studyInstanceUID: null,
    detail: { trialId, as: format, reads: reads.length, simulated: madeUp },
  });
  return { files, simulated: madeUp };

  function sheets(): TrialFile[] {
    const { truth, tp, fp, names } = jafrocSheets(trial.design, reads);
    return [
      { name: `${before}Truth.csv`, text: truth },
      { name: `${before}TP.csv`, text: tp },
      { name: `${before}FP.csv`, text: fp },
      { name: `${before}Names.csv`, text: names },
    ];
  }
}
