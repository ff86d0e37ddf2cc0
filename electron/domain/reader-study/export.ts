import { ARMS, type TrialDesign, type TrialRead } from '../../shared/reader-study.ts';
import { lesionWeights } from './design.ts';
import { localise } from './places.ts';

/** Of a table: text, a number, or nothing. */
export type Cell = string | number | null;

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

/** One sheet of a workbook: its heads, then its rows. */
export interface Sheet {
  readonly name: string;
  readonly rows: readonly (readonly Cell[])[];
}

/**
 * A sheet that RJafroc does not ask for. It takes the first three names in their order as FP, TP and TRUTH, so that this one must come after
 * them.
 */
const NAMES_SHEET = 'Which is which';

/**
 * The sheets Truth, TP and FP of a JAFROC workbook, fully crossed, as RJafroc reads them with `newExcelFileFormat = TRUE`, and a fourth that
 * says which number is what. Cases are numbered in the order of the design from 1, readers and arms from 0, lesions of a case from 1.
 *
 * @param paradigm `froc`: marks and lesions. `roc`: the ratings of the cases, where a case as a whole is its lesion 1.
 * @param leftOut Cases that not everybody could read; they are named in the fourth sheet alone.
 */
export function jafrocSheets(
  design: TrialDesign,
  reads: readonly TrialRead[],
  paradigm: 'froc' | 'roc',
  leftOut: ReadonlySet<string> = new Set(),
  simulated = false,
): Sheet[] {
  const placed = paradigm === 'froc';
  const found = finder(reads);
  const all = (count: number): string => Array.from({ length: count }, (_, at) => at).join(',');
  const [readers, arms] = [all(design.readers.length), all(ARMS.length)];
  const truth: Cell[][] = [];
  const tp: Cell[][] = [];
  const fp: Cell[][] = [];
  const kind = [placed ? 'FROC' : 'ROC', 'FCTRL'];
  design.cases.forEach((one, index) => {
    if (leftOut.has(one.case)) return;
    const id = index + 1;
    const weights = one.truth === 'normal' ? [] : placed ? lesionWeights(one) : [1];
    const lines =
      weights.length === 0
        ? [{ lesion: 0, weight: 0 }]
        : weights.map((weight, at) => ({ lesion: at + 1, weight }));
    for (const { lesion, weight } of lines) {
      truth.push([id, lesion, weight, readers, arms, kind[truth.length] ?? null]);
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
  return [
    {
      name: 'Truth',
      rows: [['CaseID', 'LesionID', 'Weight', 'ReaderID', 'ModalityID', 'Paradigm'], ...truth],
    },
    { name: 'TP', rows: [['ReaderID', 'ModalityID', 'CaseID', 'LesionID', 'TP_Rating'], ...tp] },
    { name: 'FP', rows: [['ReaderID', 'ModalityID', 'CaseID', 'FP_Rating'], ...fp] },
    { name: NAMES_SHEET, rows: namesOf(design, leftOut, simulated) },
  ];
}

function namesOf(design: TrialDesign, leftOut: ReadonlySet<string>, simulated: boolean): Cell[][] {
  return [
    ['Kind', 'Number', 'Name'],
    ...design.cases.map((one, at): Cell[] => [
      leftOut.has(one.case) ? 'CaseID, left out: removed before everybody had read it' : 'CaseID',
      at + 1,
      one.case,
    ]),
    ...design.readers.map(({ reader }, at): Cell[] => ['ReaderID', at, reader]),
    ...ARMS.map((arm, at): Cell[] => ['ModalityID', at, arm]),
    ...(simulated
      ? [['Reads', null, 'made up by a simulation: they say nothing of readers or of the AI']]
      : []),
  ];
}

function finder(reads: readonly TrialRead[]) {
  const known = new Map(reads.map((read) => [`${read.arm} ${read.reader} ${read.case}`, read]));
  return (reader: string, arm: string, name: string) => known.get(`${arm} ${reader} ${name}`);
}
