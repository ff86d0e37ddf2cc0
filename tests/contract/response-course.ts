import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DicomElement, writePart10 } from '../../electron/dicom/write-part10.ts';
import type { ReaderFinding } from '../../electron/shared/read.ts';

/** The worked course of tests/fixtures/response: three CTs of one patient with marks of known size, and what Python made of them. */

const FIXTURES = join(import.meta.dirname, '../fixtures/response');

type Box = [number, number, number, number];

export interface CourseFile {
  readonly lesions: readonly {
    readonly id: string;
    readonly label: string;
    readonly kind: 'extranodal' | 'node';
    readonly organ: string;
    readonly role: 'target' | 'non-target';
  }[];
  readonly studies: readonly {
    readonly date: string;
    readonly rowSpacing: string;
    readonly columnSpacing: string;
    readonly boxes: Readonly<Record<string, Box>>;
  }[];
}

export interface WorkedFigures {
  readonly diameters: readonly (readonly number[])[];
  readonly baseline: number;
  readonly times: readonly {
    readonly sum: number;
    readonly nadir: number;
    readonly fromBaseline: number;
    readonly fromNadir: number;
    readonly mmFromNadir: number;
    readonly target: string;
    readonly nonTarget: string;
    readonly overall: string;
  }[];
}

export const COURSE = JSON.parse(readFileSync(join(FIXTURES, 'course.json'), 'utf8')) as CourseFile;
export const WORKED = (
  JSON.parse(readFileSync(join(FIXTURES, 'figures.json'), 'utf8')) as { worked: WorkedFigures }
).worked;

/** Of the study of this place in the course. */
export const uidOf = (at: number): string => `1.2.826.0.1.80${at}`;
export const sopOf = (study: string): string => `${study}.1.1`;

/** One slice of 160 × 160 pixels; without spacing where it is null. */
export function ctSlice(
  study: string,
  date: string,
  spacing: readonly [string, string] | null,
  more: readonly DicomElement[] = [],
): Uint8Array {
  const value = (tag: string, vr: string, text: string) => ({ tag, vr, value: text });
  return writePart10({
    sopClassUID: '1.2.840.10008.5.1.4.1.1.2',
    sopInstanceUID: sopOf(study),
    transferSyntaxUID: '1.2.840.10008.1.2.1',
    elements: [
      value('00080020', 'DA', date.replaceAll('-', '')),
      value('00080060', 'CS', 'CT'),
      value('00081030', 'LO', 'CT chest and abdomen'),
      value('00100010', 'PN', 'DOE^COURSE'),
      value('00100020', 'LO', 'C1'),
      value('00180050', 'DS', '2'),
      value('0020000D', 'UI', study),
      value('0020000E', 'UI', `${study}.1`),
      { tag: '00280002', vr: 'US', value: 1 },
      value('00280004', 'CS', 'MONOCHROME2'),
      { tag: '00280010', vr: 'US', value: 160 },
      { tag: '00280011', vr: 'US', value: 160 },
      ...(spacing === null ? [] : [value('00280030', 'DS', spacing.join('\\'))]),
      { tag: '00280100', vr: 'US', value: 8 },
      { tag: '00280101', vr: 'US', value: 8 },
      { tag: '00280102', vr: 'US', value: 7 },
      { tag: '00280103', vr: 'US', value: 0 },
      { tag: '7FE00010', vr: 'OB', value: new Uint8Array(160 * 160).fill(7) },
      ...more,
    ].toSorted((a, b) => (a.tag < b.tag ? -1 : 1)),
  });
}

/** The files of the course, one a study, in a folder of their own. */
export function writeCourse(folder: string): string {
  const path = join(folder, 'course');
  mkdirSync(path);
  for (const [at, { date, rowSpacing, columnSpacing }] of COURSE.studies.entries())
    writeFileSync(join(path, `${at}.dcm`), ctSlice(uidOf(at), date, [rowSpacing, columnSpacing]));
  return path;
}

/** The marks of the study of this place. */
export function findingsOf(at: number): ReaderFinding[] {
  return COURSE.lesions.flatMap(({ id, label }): ReaderFinding[] => {
    const box = COURSE.studies[at]?.boxes[id];
    if (box === undefined) return [];
    const finding = findingAt(uidOf(at), id, label, box);
    // Stated as it is marked: 36 rows of 0.8 mm, 30 columns of 0.6 mm. The check of the report then knows a size.
    return at === 2 && id === 'liver-1'
      ? [{ ...finding, size: { longMm: 28.8, shortMm: 18, how: 'measured' as const } }]
      : [finding];
  });
}

export function findingAt(study: string, id: string, label: string, box: Box): ReaderFinding {
  return {
    id,
    sopInstanceUID: sopOf(study),
    frame: 0,
    shape: 'ellipse',
    box,
    label,
    laterality: 'not-applicable',
    certainty: 4,
    comment: '',
  };
}

/** Which lesions the reader chooses, on the first study. */
export function choiceOf(role: 'target' | 'non-target') {
  return COURSE.lesions
    .filter((lesion) => lesion.role === role)
    .map(({ id, kind, organ }) => ({ findingId: id, kind, organ }));
}
