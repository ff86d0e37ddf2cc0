import type { AddMessages, AddNote, ClinicalNote } from '../shared/clinical-context.ts';
import type { ReportView, SaveReport, SignReport } from '../shared/report.ts';

/** The report of a committed read. The api asks the blind gate before it calls any of these; the services ask once more. */
export interface ReportService {
  view(studyInstanceUID: string, readerId: string): ReportView;
  /** Throws `Refused('template-unknown' | 'report-signed')`. */
  begin(studyInstanceUID: string, readerId: string, templateId: string): ReportView;
  /** Throws `Refused('report-signed' | 'report-changed')`. */
  save(studyInstanceUID: string, readerId: string, request: SaveReport): ReportView;
  /** Throws `Refused('report-not-settled' | 'report-empty' | 'report-warnings' | 'report-signed')`. */
  sign(studyInstanceUID: string, readerId: string, request: SignReport): ReportView;
  /** Throws `Refused('report-not-signed')`. */
  addAddendum(studyInstanceUID: string, readerId: string, text: string, id?: string): ReportView;
  /** Throws `Refused('report-not-signed' | 'patient-text-not-reviewed' | 'report-broken')`. */
  pdf(studyInstanceUID: string, readerId: string, kind: 'report' | 'patient'): Promise<Uint8Array>;
}

/** Clinical texts beside a study. */
export interface NoteService {
  list(studyInstanceUID: string, readerId: string): Promise<ClinicalNote[]>;
  add(studyInstanceUID: string, readerId: string, note: AddNote): void;
  /** All or none. Throws `Refused('hl7-…')`, of the first message that is not taken. */
  addMessages(studyInstanceUID: string, readerId: string, messages: AddMessages): void;
  /** Throws `Refused('note-unknown')`. */
  remove(studyInstanceUID: string, readerId: string, noteId: string): void;
}
