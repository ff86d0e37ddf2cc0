import { isStack } from '../domain/stack.ts';
import type { InstanceHeader } from '../shared/ports.ts';
import {
  type InstanceDetail,
  PRIORITIES,
  type Stated,
  type StudyStatus,
  type StudySummary,
} from '../shared/study.ts';

export interface StudyRow {
  id: number;
  uid: string;
  patient_name: string;
  name_ideographic: string;
  name_phonetic: string;
  patient_id: string;
  sex: string;
  age: number | null;
  birth_date: string;
  accession_number: string;
  modality: string;
  description: string;
  study_date: string;
  study_time: string;
  series_count: number;
  instance_count: number;
  received_at: string;
  stated: string;
  flags: string;
  search: string;
  priority: 0 | 1 | 2;
  study_day: string;
  name_order: string;
}

/**
 * Where a study stands for the reader `@reader`; with `@anyReader` = 1 the furthest that any reader has come.
 * Correlated to `studies`; reads tables of readers only, never a result.
 */
export const STATUS_SQL = `
  CASE (SELECT max(CASE WHEN finals.read_id IS NOT NULL THEN 3 WHEN reads.status = 'committed' THEN 2 ELSE 1 END)
        FROM reads LEFT JOIN finals ON finals.read_id = reads.id
        WHERE reads.study_id = studies.id AND (reads.reader_id = @reader OR @anyReader))
    WHEN 3 THEN 'final' WHEN 2 THEN 'committed' WHEN 1 THEN 'reading' ELSE 'new' END`;

/** A DICOM date (DA, PS3.5 §6.2) as YYYY-MM-DD; as written where it is none. */
export function isoDate(date: string): string {
  const match = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(date.trim());
  return match ? `${match[1]}-${match[2]}-${match[3]}` : date;
}

/** A date as DICOM or this store writes it (20261120, 2026.11.20, 2026-11-20) as YYYYMMDD, which the worklist is filtered and ordered by; empty where it is none. */
export function studyDay(date: string): string {
  const digits = date.trim().replace(/[.-]/g, '');
  return /^\d{8}$/.test(digits) ? digits : '';
}

export function summaryOf(row: StudyRow & { status: StudyStatus }): StudySummary {
  return {
    studyInstanceUID: row.uid,
    patientName: row.patient_name,
    ...(otherNames(row).length === 0 ? {} : { otherNames: otherNames(row) }),
    patientID: row.patient_id,
    sex: row.sex,
    age: row.age,
    birthDate: row.birth_date,
    accessionNumber: row.accession_number,
    modality: row.modality,
    description: row.description,
    date: isoDate(row.study_date),
    series: row.series_count,
    instances: row.instance_count,
    receivedAt: row.received_at,
    status: row.status,
    priority: PRIORITIES[row.priority],
    flags: JSON.parse(row.flags) as string[],
  };
}

/** The groups of the name that `patient_name` is not. */
function otherNames({ patient_name, name_ideographic, name_phonetic }: StudyRow): string[] {
  return [name_ideographic, name_phonetic].filter((name) => name !== '' && name !== patient_name);
}

export function statedOf(row: Pick<StudyRow, 'stated'>): Stated {
  return JSON.parse(row.stated) as Stated;
}

/**
 * @param other Whether the file names another person than the study (`namesOther`): its image says so itself.
 * @param copyTold False where the object that has the UID of its file is withheld from this reader: the copy alone would tell of it.
 */
export function instanceDetailOf(header: InstanceHeader, other: boolean, copyTold: boolean): InstanceDetail {
  const { patientName, patientID } = header;
  return {
    sopInstanceUID: header.sopInstanceUID,
    sopClassUID: header.sopClassUID,
    instanceNumber: header.instanceNumber,
    image: isStack(header) ? header.image : null,
    kind: header.kind,
    notDrawn: header.notDrawn,
    laterality: header.laterality,
    viewPosition: header.viewPosition,
    ...(other ? { otherPatient: { patientName, patientID } } : {}),
    ...(header.recovered === undefined ? {} : { recovered: header.recovered }),
    ...(header.conflictOf === undefined || !copyTold ? {} : { conflictOf: header.conflictOf }),
  };
}
