import { ARMS, type TrialDesign, type TrialRead } from '../../shared/reader-study.ts';
import { hasLesions, lesionWeights } from './design.ts';
import { localise } from './places.ts';

type Cell = string | number | null;

/** CSV after RFC 4180; a missing value is an empty field. */
export function csvOf(heads: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const field = (cell: Cell): string => {
    const text = cell === null ? '' : String(cell);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [heads, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

/** A row a case, reader and arm, in the order of the design; of what was not read there is none. */
export function readsCsv(design: TrialDesign, reads: readonly TrialRead[], simulated: boolean): string {
  const heads = [
    'case',
    'reader',
    'arm',
    'session',
    'position',
    'truth',
    'rating',
    'called_abnormal',
    'blind_rating',
    'blind_called_abnormal',
    'marks',
    'lesions',
    'lesions_marked',
    'marks_elsewhere',
    'simulated',
  ];
  const called = (rating: number): number => (rating >= design.scale.positiveFrom ? 1 : 0);
  const found = finder(reads);
  const rows = design.cases.flatMap((one) =>
    design.readers.flatMap(({ reader }) =>
      ARMS.flatMap((arm): Cell[][] => {
        const read = found(reader, arm, one.case);
        if (read === undefined) return [];
        const { final, blind, session, position } = read;
        const { lesions, elsewhere } = localise(final, one.lesions ?? []);
        const before = blind === null ? [null, null] : [blind.rating, called(blind.rating)];
        return [
          [
            one.case,
            reader,
            arm,
            session,
            position,
            one.truth,
            final.rating,
            called(final.rating),
            ...before,
            final.marks.length,
            lesions.length,
            lesions.filter(Number.isFinite).length,
            elsewhere.length,
            simulated ? 1 : 0,
          ],
        ];
      }),
    ),
  );
  return csvOf(heads, rows);
}

/** The sheets of a JAFROC workbook, a CSV each, and which number stands for which case, reader and arm. */
export interface JafrocSheets {
  readonly truth: string;
  readonly tp: string;
  readonly fp: string;
  readonly names: string;
}

/**
 * The sheets Truth, TP and FP, as RJafroc reads them from a workbook (FROC paradigm, fully crossed). Cases are numbered in the order of
 * the design from 1, readers and arms from 0, lesions of a case from 1; `names` says which is which. Where a truth says nothing of places
 * the case as a whole is its lesion 1, and its rating the mark: the ROC paradigm.
 */
export function jafrocSheets(design: TrialDesign, reads: readonly TrialRead[]): JafrocSheets {
  const placed = hasLesions(design);
  const found = finder(reads);
  const all = (count: number): string => Array.from({ length: count }, (_, at) => at).join(',');
  const [readers, arms] = [all(design.readers.length), all(ARMS.length)];
  const truth: Cell[][] = [];
  const tp: Cell[][] = [];
  const fp: Cell[][] = [];
  const paradigm = [placed ? 'FROC' : 'ROC', 'FCTRL'];
  design.cases.forEach((one, index) => {
    const id = index + 1;
    const weights = one.truth === 'normal' ? [] : placed ? lesionWeights(one) : [1];
    const lines =
      weights.length === 0
        ? [{ lesion: 0, weight: 0 }]
        : weights.map((weight, at) => ({ lesion: at + 1, weight }));
    for (const { lesion, weight } of lines) {
      truth.push([id, lesion, weight, readers, arms, paradigm[truth.length] ?? null]);
    }
    design.readers.forEach(({ reader }, r) => {
      ARMS.forEach((arm, a) => {
        const final = found(reader, arm, one.case)?.final;
        if (final === undefined) return;
        if (!placed) {
          if (one.truth === 'abnormal') tp.push([r, a, id, 1, final.rating]);
          else fp.push([r, a, id, final.rating]);
          return;
        }
        const { lesions, elsewhere } = localise(final, one.lesions ?? []);
        lesions.forEach((rating, at) => {
          if (Number.isFinite(rating)) tp.push([r, a, id, at + 1, rating]);
        });
        for (const rating of elsewhere) fp.push([r, a, id, rating]);
      });
    });
  });
  const names: Cell[][] = [
    ...design.cases.map((one, at): Cell[] => ['CaseID', at + 1, one.case]),
    ...design.readers.map(({ reader }, at): Cell[] => ['ReaderID', at, reader]),
    ...ARMS.map((arm, at): Cell[] => ['ModalityID', at, arm]),
  ];
  return {
    truth: csvOf(['CaseID', 'LesionID', 'Weight', 'ReaderID', 'ModalityID', 'Paradigm'], truth),
    tp: csvOf(['ReaderID', 'ModalityID', 'CaseID', 'LesionID', 'TP_Rating'], tp),
    fp: csvOf(['ReaderID', 'ModalityID', 'CaseID', 'FP_Rating'], fp),
    names: csvOf(['Kind', 'Number', 'Name'], names),
  };
}

function finder(reads: readonly TrialRead[]) {
  const known = new Map(reads.map((read) => [`${read.arm} ${read.reader} ${read.case}`, read]));
  return (reader: string, arm: string, name: string) => known.get(`${arm} ${reader} ${name}`);
}
